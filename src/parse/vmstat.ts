import { memoize } from '../util/memoize.ts';
import { decimalIn, eachLine, quote } from './lines.ts';

/**
 * `/proc/vmstat`: a name and a number on each line, `pgfault 4321987`. Events are counted, pages are as many as there
 * are now; nothing but the name tells which.
 * https://man7.org/linux/man-pages/man5/proc_vmstat.5.html
 */
export function createVmstatParser(isWanted: (name: string) => boolean): (text: string) => ReadonlyMap<string, number> {
  // The names are the same in every pass.
  const isName = memoize((name) => /^[a-zA-Z0-9_]+$/.test(name));
  return (text) => {
    const fields = new Map<string, number>();
    eachLine(text, (start, end) => {
      const blank = text.indexOf(' ', start);
      const name = blank === -1 || blank > end ? '' : text.slice(start, blank);
      if (!isName(name)) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
      if (isWanted(name)) fields.set(name, decimalIn(text, blank + 1, end));
    });
    return fields;
  };
}
