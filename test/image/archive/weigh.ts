// Judges the archive on standard input in a process of its own and prints what came of it, and what it took.
import { judgeArchive } from '../../../src/image/archive/judge.ts';
import { judging } from '../../rules/around.ts';

const started = performance.now();
const report = await judgeArchive('-', { platform: null, all: true, around: judging() }, process.stdin);
const said = [report.reason, ...report.findings.map(({ message }) => message)].filter(each => each !== '').join(' | ');
const seconds = (performance.now() - started) / 1000;
const mebibytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ verdict: report.verdict, said: said.slice(0, 2000), seconds, mebibytes }));
