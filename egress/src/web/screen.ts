import { access, writeFile } from "node:fs/promises";
import { pause } from "@framewright/runtime/clock.ts";
import { startHelper } from "../processes.ts";

/** The programs that a page is shown with, and where they are looked for. */
export interface PagePrograms {
  readonly chromium: string;
  readonly xvfb: string;
  readonly pulseaudio: string;
  readonly path: string;
}

export interface ScreenArgs {
  readonly programs: PagePrograms;
  readonly width: number;
  readonly height: number;
  /** Short: the name of a socket in it has a limit of 107 characters. */
  readonly folder: string;
}

/** A display and a sound server of one page alone. */
export interface Screen {
  readonly display: string;
  /** Where the sound of the page can be heard. */
  readonly monitor: string;
  /** Of programs that show, play, or record something here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves in words when a part of it has ended. */
  readonly broken: Promise<string>;
  close(): void;
}

const readySeconds = 20;
const sink = "page";

/** Sound in 48 kHz, as AAC has it. Nobody but the owner of the socket's folder reaches it. */
function soundConfig(socket: string): string {
  return [
    `load-module module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
    `load-module module-null-sink sink_name=${sink} rate=48000 channels=2 format=s16le`,
    `set-default-sink ${sink}`,
    "",
  ].join("\n");
}

function soundCommand(program: string, config: string): string[] {
  return [
    ...[program, "-n", "-F", config, "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit"],
    ...["--disable-shm=1", "--realtime=no", "--high-priority=no", "--log-level=error"],
  ];
}

async function untilThere(path: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await access(path);
      return;
    } catch {
      await pause(20, signal);
    }
  }
}

/** Starts Xvfb and PulseAudio, and returns when both can be used. */
export async function startScreen(args: ScreenArgs): Promise<Screen> {
  const { programs, width, height, folder } = args;
  const base = { PATH: programs.path, HOME: folder, XDG_RUNTIME_DIR: folder, LANG: "C.UTF-8" };
  const socket = `${folder}/sound`;
  const config = `${folder}/pulse.pa`;
  await writeFile(config, soundConfig(socket));
  // A window as large as the display is made smaller by a pixel, for the sake of window managers.
  const size = ["-screen", "0", `${width + 1}x${height + 1}x24`];
  const quiet = ["-nolisten", "tcp", "-nocursor"];
  const shows = startHelper([programs.xvfb, "-displayfd", "3", ...size, ...quiet], base);
  const sounds = startHelper(soundCommand(programs.pulseaudio, config), base);
  const broken = Promise.race([shows.ended, sounds.ended]);
  const close = (): void => {
    shows.kill();
    sounds.kill();
  };
  try {
    const ready = AbortSignal.timeout(readySeconds * 1000);
    const failed = broken.then((why) => {
      throw new Error(`no screen for the page: ${why}`);
    });
    const both = Promise.all([shows.said, untilThere(socket, ready)]);
    const [number] = await Promise.race([both, failed]);
    const display = `:${number}`;
    const environment = { ...base, DISPLAY: display, PULSE_SERVER: `unix:${socket}` };
    return { display, monitor: `${sink}.monitor`, environment, broken, close };
  } catch (error) {
    close();
    throw error;
  }
}
