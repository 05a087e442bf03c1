import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Leave } from './doctor-leave.ts';
import { fakeGo, inDocker, put } from './doctor-world.ts';

/** Where programs run, and the agent there. */
export const placeLeaves: readonly Leave[] = [
  {
    id: 'host-libc',
    what: 'none, as in scratch',
    status: 'warn',
    message: /no C library/,
    change: ({ root }) => rmSync(join(root, 'lib'), { recursive: true }),
  },
  {
    id: 'kernel',
    what: 'an old one',
    status: 'warn',
    message: /Linux 3\.10\.0-1160\.el7 has no memfd_create/,
    change: ({ root }) => {
      put(root, '/proc/sys/kernel/osrelease', '3.10.0-1160.el7\n');
      put(root, '/proc/kallsyms', '0000000000000000 T sys_read\n');
    },
  },
  {
    id: 'kernel',
    what: 'no /proc',
    status: 'unknown',
    message: /osrelease cannot be read \(ENOENT\)/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'container',
    what: 'no /proc',
    status: 'unknown',
    message: /not known/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'sys-ptrace',
    what: 'a container of an old kernel without the capability',
    status: 'problem',
    message: /Linux before 4\.8/,
    fix: /--cap-add=SYS_PTRACE/,
    change: world => {
      inDocker(world, '4.4.0', 2);
      world.env['GOSHIM_PROFILE'] = 'oneagent-static';
    },
  },
  {
    id: 'sys-ptrace',
    what: "Docker's default on a new kernel: bit 19 is not the whole answer",
    status: 'unknown',
    message: /no SYS_PTRACE; from Docker 19\.03/,
    change: world => {
      inDocker(world, '6.1.0', 2);
      world.env['GOSHIM_PROFILE'] = 'oneagent-static';
    },
  },
  {
    id: 'parent-chain',
    what: 'no /proc',
    status: 'unknown',
    message: /cannot be read/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'cpus',
    what: 'musl on 64 CPUs',
    status: 'warn',
    message: /64 CPUs, quota 2, with musl/,
    change: ({ root }) => {
      put(root, '/sys/devices/system/cpu/online', '0-31,32-63\n');
      put(root, '/sys/fs/cgroup/cpu.max', '200000 100000\n');
      rmSync(join(root, 'lib'), { recursive: true });
      put(root, '/lib/ld-musl-x86_64.so.1', '\0musl libc (x86_64)\0\x001.2.5\0');
    },
  },
  {
    id: 'memory',
    what: 'little of it',
    status: 'warn',
    message: /0\.3 GiB, by the control group is little/,
    change: ({ root }) => put(root, '/sys/fs/cgroup/memory.max', '268435456\n'),
  },
  { id: 'agent', what: 'none', status: 'unknown', message: /no agent in the known places/, change: () => {} },
  {
    id: 'agent',
    what: 'an unreadable version',
    status: 'unknown',
    message: /an agent in \/opt\/dynatrace\/oneagent, of unknown version/,
    change: ({ root }) => put(root, '/opt/dynatrace/oneagent/agent/installer.version', 'latest\n'),
  },
  {
    id: 'agent',
    what: 'the settings say another version',
    status: 'warn',
    message: /agent 1\.333\.55\.20260317-092136 in \/opt\/dynatrace\/oneagent .*; the settings say 1\.300/,
    change: ({ root, env }) => {
      mkdirSync(join(root, 'opt/dynatrace/oneagent/agent/bin'), { recursive: true });
      symlinkSync('1.333.55.20260317-092136', join(root, 'opt/dynatrace/oneagent/agent/bin/current'));
      env['GOSHIM_AGENT_VERSION'] = '1.300';
    },
  },
  {
    id: 'agent-release',
    what: 'an agent too old for this Go',
    status: 'problem',
    message: /needs agent 1\.\d+ or later, this one is 1\.203/,
    change: ({ env }) => {
      env['GOSHIM_AGENT_VERSION'] = '1.203';
    },
  },
  {
    id: 'agent-release',
    what: 'a patch release that this agent is not known to take',
    status: 'warn',
    message: /^agent 1\.341 is known to take Go 1\.26 up to 1\.26\.\d+ only$/,
    change: world => {
      fakeGo(world, { GOVERSION: 'go1.26.8' });
      world.env['GOSHIM_AGENT_VERSION'] = '1.341';
    },
  },
  {
    id: 'preload',
    what: 'a library that is not there',
    status: 'warn',
    message: /\$LIB\/liboneagentproc\.so is preloaded by \/etc\/ld\.so\.preload and is not there/,
    change: ({ root }) => put(root, '/etc/ld.so.preload', '/$LIB/liboneagentproc.so\n'),
  },
  {
    id: 'kubernetes',
    what: 'a pod without the agent',
    status: 'warn',
    message: /^no sign of the agent in this pod; variables DT_API_TOKEN$/,
    change: ({ env }) => {
      env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
      env['DT_API_TOKEN'] = 'hunter2';
    },
  },
];
