# What a media process that a file has taken over would try. Arguments are `name=value`; prints one line
# `<attempt> yes|no` for each. No modules: the image has none.
use strict;
$| = 1;
my %at = map { split /=/, $_, 2 } @ARGV;
my $parent = $at{worker} // getppid();
print "environment ", join(',', sort keys %ENV), "\n";
print "descriptors ", join(',', grep { syscall($at{'nr.fcntl'}, $_, 1, 0) >= 0 } 3 .. 255), "\n";

sub report { printf "%s %s\n", $_[0], $_[1] ? 'yes' : 'no' }
sub opened { open(my $file, $_[1], $_[0]) or return 0; my $byte; return $_[1] eq '<' ? defined(sysread($file, $byte, 1)) : 1 }
sub listed { opendir(my $folder, $_[0]) or return 0; my @names = readdir $folder; return @names > 0 }
sub call { my ($name, @args) = @_; return syscall($at{"nr.$name"}, @args) >= 0 }

report('read own source', opened($at{source}, '<'));
report('write own output', opened("$at{output}/made", '>'));
report('rename own output', rename("$at{output}/made", "$at{output}/renamed"));

report("read the worker's environment", opened("/proc/$parent/environ", '<'));
report("open the worker's memory", opened("/proc/$parent/mem", '<') || opened("/proc/$parent/mem", '+<'));
report("list the worker's open files", listed("/proc/$parent/fd"));
report("read the worker's address space", opened("/proc/$parent/maps", '<'));
report("read the worker's sources", opened($at{code}, '<'));
report('read /etc/passwd', opened('/etc/passwd', '<'));
report("read another attempt's source", opened($at{other}, '<'));
report('list the attempts', listed($at{attempts}));
report('read mounted secrets', listed($at{secrets}));
report('write own source', opened($at{source}, '>>'));
report("write another attempt's source", opened($at{other}, '>>'));
report('write beside the output', opened("$at{output}/../beside", '>'));
report('write to /tmp', opened("/tmp/intruder-$$", '>'));
report("link another attempt's source", link($at{other}, "$at{output}/linked"));
report('move the output away', rename("$at{output}/renamed", "$at{output}/../moved"));
report("change another attempt's mode", chmod(0600, $at{other}));

# AF_UNIX 1, AF_INET 2, AF_NETLINK 16; SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_RAW 3
sub reached {
  my ($port, $address) = @_;
  socket(my $socket, 2, 1, 6) or return 0;
  return connect($socket, pack('S n C4 x8', 2, $port, split /\./, $address));
}
report('connect to a loopback port', reached($at{port}, '127.0.0.1'));
report('make a TCP socket', socket(my $tcp, 2, 1, 6));
report('make a UDP socket', socket(my $udp, 2, 2, 17));
report('make an IPv6 socket', socket(my $tcp6, 10, 1, 6));
report('make a socket of this machine', socket(my $unix, 1, 1, 0));
report('make a netlink socket', socket(my $netlink, 16, 3, 0));

report('signal the worker', kill(0, $parent));
report("trace the worker", call('ptrace', 0x4206, $parent, 0, 0));
my ($room, $zero) = ("\0" x 8, "\0" x 64);
my $local = pack('P Q', $room, 8);
my $remote = pack('Q Q', 0x10000, 8);
syscall($at{'nr.process_vm_readv'}, $parent, $local, 1, $remote, 1, 0);
# EFAULT is 14: the address is wrong, and the reading would be allowed.
report("read the worker's memory", $! == 14 || $! == 0);
report('hold the worker by a descriptor', call('pidfd_open', $parent, 0));
report("change the worker's limits", call('prlimit64', $parent, 7, 0, $zero));
report('have a file signal the worker', fcntl(STDOUT, 8, $parent));
report('outlive the worker', call('prctl', 1, 0, 0, 0, 0));
report('make a ring of calls', call('io_uring_setup', 0, 0) || $! == 14 || $! == 22);
report('load a program into the kernel', call('bpf', 0, 0, 0) || $! == 22);
report('make namespaces', call('unshare', 0x10000000));
my $child = fork();
if (defined $child && $child == 0) { exec('/bin/true') or exit 0 }
report('start a process', defined $child);
waitpid($child, 0) if defined $child;

