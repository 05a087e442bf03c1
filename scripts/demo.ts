// The main job on a real program: yq, built by its own release line, bare and through the shim, both verdicts side by side.
// Exit 0 only when the agent would refuse the bare one and take ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

interface Judged {
  readonly verdict: string;
  readonly findings: readonly { readonly rule: string; readonly verdict: string; readonly message: string }[];
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = 'github.com/mikefarah/yq/v4@v4.30.8'; // builds with every release from Go 1.19
const line = ['install', '-trimpath', '-ldflags', '-s -w', program];

const directory = mkdtempSync(join(tmpdir(), 'goshim-demo-'));
try {
  process.exitCode = await demo();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function demo(): Promise<number> {
  const before = await workTree();
  print(`$ CGO_ENABLED=0 go ${line.map(word => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\n`);
  const bare = await install('bare', process.env['PATH'] ?? '');
  const ours = await install('goshim', [join(root, 'bin'), process.env['PATH'] ?? ''].join(delimiter));
  const clean = (await workTree()) === before;

  column('', 'bare go', 'through goshim');
  column('verdict', bare.verdict, ours.verdict);
  const rules = new Set([...bare.findings, ...ours.findings].map(finding => finding.rule));
  for (const rule of rules) column(rule, verdictOf(bare, rule), verdictOf(ours, rule));
  print('');
  for (const finding of bare.findings.filter(one => one.verdict !== 'pass'))
    print(`bare: ${finding.rule}: ${finding.message}`);
  const [theirs, mine] = await Promise.all([version('bare'), version('goshim')]);
  print(`\nyq --version: ${mine}${mine === theirs ? ' (both)' : ` (bare: ${theirs})`}`);
  print(`work tree ${clean ? 'clean' : 'CHANGED'}`);
  const good = bare.verdict === 'fail' && ours.verdict === 'pass' && mine === theirs && clean;
  print(good ? 'The agent refuses the bare build and takes ours.' : 'NOT as promised.');
  return good ? 0 : 1;
}

async function install(name: string, path: string): Promise<Judged> {
  const env = { CGO_ENABLED: '0', GOBIN: join(directory, name), GOFLAGS: '', PATH: path };
  await execa('go', line, { cwd: directory, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const { stdout } = await execa(
    join(root, 'bin', 'goshim'),
    ['verify', '--format', 'json', join(directory, name, 'yq')],
    { reject: false },
  );
  const [file] = (JSON.parse(stdout) as { files: readonly Judged[] }).files;
  if (file === undefined) throw new Error('Assertion failed: verify named no file');
  return file;
}

async function version(name: string): Promise<string> {
  return (await execa(join(directory, name, 'yq'), ['--version'])).stdout;
}

async function workTree(): Promise<string> {
  return (await execa('git', ['status', '--porcelain'], { cwd: root, reject: false })).stdout;
}

function verdictOf(judged: Judged, rule: string): string {
  return judged.findings.find(finding => finding.rule === rule)?.verdict ?? '–';
}

function column(...cells: readonly [string, string, string]): void {
  print(`${cells[0].padEnd(24)}${cells[1].padEnd(12)}${cells[2]}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
