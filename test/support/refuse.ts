import type { TestContext } from 'node:test';
import { ReadError, Tree } from '../../src/host.ts';

/** Until the end of the test the kernel refuses to read these attributes, as it would refuse other users than root. */
export function refuseAttributes(context: TestContext, paths: RegExp, code: string): void {
  const original = Tree.prototype.attribute;
  context.mock.method(
    Tree.prototype,
    'attribute',
    function (this: Tree, path: string, parse: (text: string) => unknown) {
      if (paths.test(path)) throw new ReadError(`Cannot read ${this.path(path)}: ${code}`, { code });
      return original.call(this, path, parse);
    },
  );
}
