/** Numbers of a system call on the processors that images are made for, from the kernel's own tables. */
interface CallNumbers {
  readonly x64?: number;
  readonly arm64?: number;
}

/** Calls from 424 on have one number on every processor. */
const everywhere = (number: number): CallNumbers => ({ x64: number, arm64: number });
const on = (x64: number, arm64: number): CallNumbers => ({ x64, arm64 });

/** What no encoder needs, and what would reach other processes, files or the kernel. */
export const deniedCalls = {
  // Other processes: their memory, their files, their end, their share of the machine.
  ptrace: on(101, 117),
  process_vm_readv: on(310, 270),
  process_vm_writev: on(311, 271),
  kcmp: on(312, 272),
  pidfd_open: everywhere(434),
  pidfd_getfd: everywhere(438),
  pidfd_send_signal: everywhere(424),
  process_madvise: everywhere(440),
  process_mrelease: everywhere(448),
  kill: on(62, 129),
  tkill: on(200, 130),
  tgkill: on(234, 131),
  rt_sigqueueinfo: on(129, 138),
  rt_tgsigqueueinfo: on(297, 240),
  setpriority: on(141, 140),
  ioprio_set: on(251, 30),
  sched_setparam: on(142, 118),
  sched_setscheduler: on(144, 119),
  sched_setaffinity: on(203, 122),
  sched_setattr: on(314, 274),
  migrate_pages: on(256, 238),
  move_pages: on(279, 239),
  // The worker ends a media process by its group: there is one process in it.
  fork: { x64: 57 },
  vfork: { x64: 58 },
  setsid: on(112, 157),
  setpgid: on(109, 154),
  // Landlock lets these change files that it keeps from being opened.
  chmod: { x64: 90 },
  fchmod: on(91, 52),
  fchmodat: on(268, 53),
  fchmodat2: everywhere(452),
  chown: { x64: 92 },
  fchown: on(93, 55),
  lchown: { x64: 94 },
  fchownat: on(260, 54),
  utime: { x64: 132 },
  utimes: { x64: 235 },
  futimesat: { x64: 261 },
  utimensat: on(280, 88),
  setxattr: on(188, 5),
  lsetxattr: on(189, 6),
  fsetxattr: on(190, 7),
  removexattr: on(197, 14),
  lremovexattr: on(198, 15),
  fremovexattr: on(199, 16),
  open_by_handle_at: on(304, 265),
  // What the kernel has been broken by, or what changes the machine.
  io_uring_setup: everywhere(425),
  io_uring_enter: everywhere(426),
  io_uring_register: everywhere(427),
  bpf: on(321, 280),
  userfaultfd: on(323, 282),
  perf_event_open: on(298, 241),
  add_key: on(248, 217),
  request_key: on(249, 218),
  keyctl: on(250, 219),
  unshare: on(272, 97),
  setns: on(308, 268),
  mount: on(165, 40),
  umount2: on(166, 39),
  pivot_root: on(155, 41),
  chroot: on(161, 51),
  open_tree: everywhere(428),
  move_mount: everywhere(429),
  fsopen: everywhere(430),
  fspick: everywhere(433),
  mount_setattr: everywhere(442),
  fanotify_init: on(300, 262),
  init_module: on(175, 105),
  finit_module: on(313, 273),
  kexec_load: on(246, 104),
  kexec_file_load: on(320, 294),
  syslog: on(103, 116),
  // Memory and messages that processes share by a number.
  shmget: on(29, 194),
  semget: on(64, 190),
  msgget: on(68, 186),
  mq_open: on(240, 180),
} as const satisfies Record<string, CallNumbers>;

/** Calls that glibc replaces by an older one when the kernel says that it has none. */
export const missingCalls = { clone3: everywhere(435) } as const satisfies Record<
  string,
  CallNumbers
>;

/** The lower half of one argument decides. */
export interface ArgumentRule {
  readonly call: CallNumbers;
  /** The rule is for calls whose first argument is this alone. */
  readonly first?: number;
  readonly argument: number;
  readonly denied:
    | { readonly values: readonly number[] }
    | { readonly allBut: readonly number[] }
    | { readonly withoutBit: number };
}

const unixSocket = 1;

/** Drivers of a device speak to their services over sockets of this machine; nothing else speaks to anybody. */
export function argumentRules(hasDevice: boolean): readonly ArgumentRule[] {
  return [
    { call: on(41, 198), argument: 0, denied: { allBut: hasDevice ? [unixSocket] : [] } }, // socket
    { call: on(302, 261), argument: 0, denied: { allBut: [0] } }, // prlimit64: of itself alone
    { call: on(56, 220), argument: 0, denied: { withoutBit: 0x1_0000 } }, // clone: CLONE_THREAD
    // prctl(PR_SET_PDEATHSIG) with SIGKILL alone, which setpriv sets under this filter.
    { call: on(157, 167), first: 1, argument: 1, denied: { allBut: [9] } },
    // F_SETOWN, F_SETSIG, F_SETOWN_EX: a file that sends any signal to any process.
    { call: on(72, 25), argument: 1, denied: { values: [8, 10, 15] } },
    // FIOSETOWN and SIOCSPGRP, the same by ioctl; TIOCSTI and TIOCLINUX type into a terminal.
    { call: on(16, 29), argument: 1, denied: { values: [0x8901, 0x8902, 0x5412, 0x541c] } },
  ];
}
