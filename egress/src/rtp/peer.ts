import {
  RTCPeerConnection,
  RtcpSrPacket,
  useH264,
  useNACK,
  useOPUS,
  usePLI,
  useSdesMid,
  useTransportWideCC,
  useTWCC,
  useVP8,
  useVP9,
  type MediaStreamTrack,
  type RTCRtpTransceiver,
  type RtpPacket,
} from "werift";
import { monotonicSeconds } from "./monotonic.ts";
import type { VideoCodec } from "./picture-start.ts";
import type { RtpSession, TrackInput } from "./rtp-session.ts";

export interface PeerArgs {
  readonly session: RtpSession;
  /** Whether media may come from this address. A stranger's server names the addresses that are asked. */
  readonly mayConnect: (address: string) => boolean;
  /** Addresses of this machine that are offered beside those of its interfaces; tests offer the loopback's. */
  readonly hostAddresses?: readonly string[];
}

/** Ways to tell a sender of lost packets and of how fast the network is. */
const feedback = () => ({ rtcpFeedback: [useNACK(), usePLI(), useTWCC()] });

/** By preference: what needs no encoding comes first. */
const codecs = () => ({
  video: [useH264(feedback()), useVP8(feedback()), useVP9(feedback())],
  audio: [useOPUS()],
});

const videoCodecs: readonly VideoCodec[] = ["H264", "VP8", "VP9"];

/** The codec of a payload type, as it was negotiated. */
function codecOf(transceiver: RTCRtpTransceiver, payloadType: number): VideoCodec | undefined {
  const found = transceiver.codecs.find((codec) => codec.payloadType === payloadType);
  const name = found?.mimeType.split("/")[1]?.toUpperCase();
  return videoCodecs.find((codec) => codec === name);
}

const ntpFraction = 2 ** 32;

const kindOf = ({ kind }: MediaStreamTrack) => (kind === "video" ? "video" : "audio");

interface Current {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly input: TrackInput;
}

/** Feeds the session with what comes on one track; another sender on the same track is another track of the session. */
function follow(
  session: RtpSession,
  transceiver: RTCRtpTransceiver,
  track: MediaStreamTrack,
): void {
  let current: Current | undefined;
  const inputFor = ({ header: { ssrc, payloadType } }: RtpPacket): TrackInput => {
    if (current?.ssrc === ssrc && current.payloadType === payloadType) return current.input;
    const codec = track.kind === "video" ? codecOf(transceiver, payloadType) : undefined;
    const input = session.addTrack({
      kind: kindOf(track),
      ...(codec && { codec }),
      requestKey: () => {
        // Its connection may be closing: then there is nobody to ask.
        transceiver.receiver.sendRtcpPLI(ssrc).catch(() => undefined);
      },
    });
    current = { ssrc, payloadType, input };
    return input;
  };
  track.onReceiveRtp.subscribe((packet) => {
    const { ssrc, sequenceNumber: sequence, timestamp, marker } = packet.header;
    const arrivedAt = monotonicSeconds();
    const { payload } = packet;
    inputFor(packet).packet({ ssrc, sequence, timestamp, marker, payload, arrivedAt });
  });
  transceiver.receiver.onRtcp.subscribe((packet) => {
    if (!(packet instanceof RtcpSrPacket) || packet.ssrc !== current?.ssrc) return;
    const { ntpTimestamp, rtpTimestamp: timestamp } = packet.senderInfo;
    const arrivedAt = monotonicSeconds();
    const ntpSeconds = Number(ntpTimestamp) / ntpFraction;
    current.input.report({ ssrc: packet.ssrc, ntpSeconds, timestamp, arrivedAt });
  });
}

/** A connection that receives, and hands to the session what it receives. */
export function createPeer(args: PeerArgs): RTCPeerConnection {
  const peer = new RTCPeerConnection({
    codecs: codecs(),
    headerExtensions: {
      video: [useSdesMid(), useTransportWideCC()],
      audio: [useSdesMid()],
    },
    // Nobody is asked for an address: a stranger's server would name who is.
    iceServers: [],
    iceUseIpv6: false,
    iceFilterCandidatePair: ({ remoteCandidate }) => args.mayConnect(remoteCandidate.host),
    ...(args.hostAddresses && { iceAdditionalHostAddresses: [...args.hostAddresses] }),
  });
  peer.onTransceiverAdded.subscribe((transceiver) => {
    transceiver.onTrack.subscribe((track) => {
      args.session.announce(kindOf(track));
      follow(args.session, transceiver, track);
    });
  });
  return peer;
}
