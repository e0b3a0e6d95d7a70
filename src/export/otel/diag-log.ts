import { diag } from '@opentelemetry/api';
import { type Log, RepeatFilter } from '../../util/log.ts';

/** Maximum number of different messages of the SDK in a minute. */
const MAX_MESSAGES = 100;

/** Sends the diagnostics of the OpenTelemetry SDK to a log. */
export function setOtelLog(log: Pick<Log, 'error' | 'warn' | 'info' | 'debug'>): void {
  // The SDK repeats some messages with every push.
  const repeats = new RepeatFilter({ maxMessages: MAX_MESSAGES });
  const writeAs = (level: 'error' | 'warn' | 'info' | 'debug') => {
    return (...args: readonly unknown[]): void => {
      const message = args.flatMap(toMessages).join(' ');
      if (repeats.isDue(message)) log[level](message);
    };
  };
  const levels = { error: writeAs('error'), warn: writeAs('warn'), info: writeAs('info'), debug: writeAs('debug') };
  diag.setLogger({ ...levels, verbose: () => undefined }, { suppressOverrideMessage: true });
}

/** Returns the messages in an argument. Objects other than errors, such as all metrics of a push, are not logged. */
function toMessages(argument: unknown): readonly string[] {
  if (argument instanceof Error) return [argument.message];
  return typeof argument === 'string' ? [argument] : [];
}
