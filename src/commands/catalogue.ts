import { checkIds } from '../host/checks/ids.ts';
import { formatNames } from '../report/formats.ts';
import type { Command, CommandModule, Option } from './command.ts';

const profile: Option = { name: 'profile', value: 'NAME', help: 'the agent to judge for, or ./file.json' };
const agentVersion: Option = { name: 'agent-version', value: '1.N', help: "the agent's version" };
const format: Option = { name: 'format', value: 'FORMAT', values: ['text', 'json'], help: 'text or json' };

/** What every command that judges takes: verify, check, ps. */
const judging: readonly Option[] = [
  profile,
  agentVersion,
  {
    name: 'format',
    value: 'FORMAT[=FILE]',
    values: formatNames,
    several: true,
    help: `${formatNames.join(', ')}; several at once, all but one to files`,
  },
  { name: 'strict', help: 'a warning is exit 1 too' },
  { name: 'verbose', short: 'v', help: 'show what passes too' },
];

/** Every command, in the order that help shows them. `load` is null while its module is not there. */
export const catalogue: readonly Command[] = [
  {
    name: 'go',
    words: 'COMMAND…',
    summary: 'The go command with the agent in mind: what `go` on PATH does through the shim',
    options: [],
    completes: ['build', 'install', 'run', 'test', 'vet', 'mod', 'version', 'env'],
    examples: ['go build -o app ./cmd/app'],
    load: () => cold('go'),
  },
  {
    name: 'plan',
    words: 'build|install|run …',
    summary: 'What the shim would run, and why, without running it',
    options: [format, profile, agentVersion],
    completes: ['build', 'install', 'run'],
    examples: ["plan build -race -ldflags '-s -w' .", 'plan --format json build .'],
    load: () => cold('plan'),
  },
  {
    name: 'verify',
    words: 'PATH…',
    summary: 'Will the agent take these Go binaries? Files, or directories to walk',
    options: [
      ...judging,
      { name: 'include', value: 'GLOB', several: true, help: 'in directories: only files that match' },
      { name: 'exclude', value: 'GLOB', several: true, help: 'in directories: no files or directories that match' },
    ],
    completes: 'files',
    examples: ['verify app', 'verify --format sarif=out.sarif --format text dist/'],
    load: () => import('./verify.ts'),
  },
  {
    name: 'check',
    words: 'PATH…',
    summary: 'Will the agent take what a Dockerfile, a manifest or an image archive brings? - reads standard input',
    options: [
      ...judging,
      { name: 'target', value: 'STAGE', help: 'Dockerfile: the stage to build, instead of the last' },
      { name: 'build-arg', value: 'NAME=VALUE', several: true, help: 'Dockerfile: the value of an ARG' },
      { name: 'platform', value: 'OS/ARCH', help: 'what the image is for; of an archive only images of this platform' },
      { name: 'context', value: 'DIR', help: "Dockerfile: the build context, instead of the file's directory" },
      {
        name: 'build-context',
        value: 'NAME=VALUE',
        several: true,
        help: 'Dockerfile: a named context, a directory or docker-image://IMAGE',
      },
      { name: 'all', help: 'archives: every Go binary, not only what the image starts' },
      { name: 'fix', help: 'Dockerfile: print a patch that mends what can be mended (patch -p1, git apply)' },
      { name: 'write', help: 'with --fix: change the files' },
    ],
    completes: 'files',
    examples: ['check Dockerfile', 'check compose.yaml image.tar', 'check --fix Dockerfile | patch -p1'],
    load: () => import('./check.ts'),
  },
  {
    name: 'ps',
    words: '',
    summary: 'The Go processes of this machine, judged by their running executables',
    options: judging,
    completes: 'nothing',
    examples: ['ps'],
    load: () => cold('ps'),
  },
  {
    name: 'doctor',
    words: '',
    summary: 'Is this machine fit to build for the agent? Toolchains, compilers, PATH, the agent itself',
    options: [
      format,
      profile,
      agentVersion,
      {
        name: 'only',
        value: 'ID',
        values: checkIds,
        several: true,
        help: 'only this check; may be given several times',
      },
      { name: 'login-shell', help: 'ask the login shells which go they find, too' },
      { name: 'verbose', short: 'v', help: 'say why a check matters where it is ok, too' },
    ],
    completes: 'nothing',
    examples: ['doctor', 'doctor --only c-compiler', 'doctor --format json'],
    load: () => cold('doctor'),
  },
  {
    name: 'enable',
    words: 'DIR',
    summary: 'Puts the shim as `go` into a directory of yours',
    options: [{ name: 'strip', help: 'and a `strip` that keeps the symbol table of Go binaries' }],
    completes: 'files',
    examples: ['enable ~/bin', 'enable --strip ~/bin'],
    load: () => cold('enable'),
  },
  {
    name: 'disable',
    words: 'DIR',
    summary: 'Takes the shim out of a directory again',
    options: [],
    completes: 'files',
    examples: ['disable ~/bin'],
    load: () => cold('disable'),
  },
  {
    name: 'explain',
    words: '[RULE]',
    summary: 'What a rule wants, why, and what mends it; without RULE the list of rules',
    options: [format, profile],
    completes: 'nothing',
    examples: ['explain no-race'],
    load: () => import('./explain.ts'),
  },
  {
    name: 'profiles',
    words: '[NAME]',
    summary: 'The agents there are; with NAME what one of them wants',
    options: [format],
    completes: 'nothing',
    examples: ['profiles oneagent'],
    load: () => import('./profiles.ts'),
  },
  {
    name: 'config',
    words: '',
    summary: 'The settings in force here and where each comes from',
    options: [format],
    completes: 'nothing',
    examples: ['config'],
    load: () => import('./config.ts'),
  },
  {
    name: 'completion',
    words: 'SHELL',
    summary: 'A completion script for bash, zsh or fish',
    options: [],
    completes: ['bash', 'zsh', 'fish'],
    examples: ['completion bash'],
    load: () => cold('completion'),
  },
  {
    name: 'help',
    words: '[COMMAND]',
    summary: 'This list, or the help of one command',
    options: [],
    completes: 'nothing',
    examples: ['help verify'],
    load: () => import('./help.ts'),
  },
];

/** Their code lies in a bundle of its own (cold.ts). */
async function cold(name: Parameters<typeof import('./cold.ts').load>[0]): Promise<CommandModule> {
  return (await import('./cold.ts')).load(name);
}
