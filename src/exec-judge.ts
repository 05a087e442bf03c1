import type { Handover } from './process/handover.ts';
import type { Ended } from './process/run.ts';
import { line } from './report/lines.ts';
import { say } from './say.ts';
import { profileInForce } from './settings/profile.ts';
import { loadSettings } from './settings.ts';
import { judgingOf } from './surroundings.ts';

/** `go run`'s program just before it starts: a failure is one warning, and nothing here can stop the program (D10). */
export async function judgeStarting({ argv: [file = ''] }: Handover): Promise<Ended> {
  const good: Ended = { code: 0, signal: null };
  try {
    const settings = loadSettings(process.env, process.cwd(), process.cwd());
    const { judgeFile } = await import('./judge-file.ts');
    const { findings, verdict } = judgeFile(file, judgingOf(settings, profileInForce(settings)));
    if (verdict !== 'fail' || settings.log === 'quiet') return good;
    const failing = findings.filter(finding => finding.verdict === 'fail');
    say([
      line(
        'no-go-run',
        `the agent would refuse this program: ${failing.map(({ rule, message }) => `${rule}: ${message}`).join('; ')}`,
      ),
    ]);
  } catch {
    // Malformed settings were said when the run was planned.
  }
  return good;
}
