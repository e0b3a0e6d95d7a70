import { diag } from '@opentelemetry/api';
import type { Log } from '../../util/log.ts';

/** Sends the diagnostics of the OpenTelemetry SDK to a log. */
export function setOtelLog(log: Pick<Log, 'error' | 'warn' | 'info' | 'debug'>): void {
  const writeAs = (level: 'error' | 'warn' | 'info' | 'debug') => {
    return (...args: readonly unknown[]): void => log[level](args.flatMap(toMessages).join(' '));
  };
  const levels = { error: writeAs('error'), warn: writeAs('warn'), info: writeAs('info'), debug: writeAs('debug') };
  diag.setLogger({ ...levels, verbose: () => undefined }, { suppressOverrideMessage: true });
}

/** Returns the messages in an argument. Objects other than errors, such as all metrics of a push, are not logged. */
function toMessages(argument: unknown): readonly string[] {
  if (argument instanceof Error) return [argument.message];
  return typeof argument === 'string' ? [argument] : [];
}
