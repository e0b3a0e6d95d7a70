import type { TestContext } from 'node:test';
import { KernelDirectory, KernelTree, ReadError } from '../../src/host/host.ts';

/** Until the end of the test the kernel refuses to read these attributes, as it would refuse other users than root. */
export function refuseAttributes(context: TestContext, paths: RegExp, code: string): void {
  const refuse = (path: string): void => {
    if (paths.test(path)) throw new ReadError(`Cannot read ${path}: ${code}`, { code });
  };
  const { attribute } = KernelTree.prototype;
  context.mock.method(
    KernelTree.prototype,
    'attribute',
    function (this: KernelTree, path: string, parse: (text: string) => unknown) {
      refuse(this.path(path));
      return attribute.call(this, path, parse);
    },
  );
  beforeFolderReads(context, refuse);
}

/** Until the end of the test, told the name of each attribute before it is read from a folder. */
export function beforeFolderReads(context: TestContext, visit: (name: string) => void): void {
  for (const method of ['findAttribute', 'findNumber'] as const) {
    const find: (name: string, parse: (text: string) => unknown) => unknown = KernelDirectory.prototype[method];
    context.mock.method(
      KernelDirectory.prototype,
      method,
      function (this: KernelDirectory, name: string, parse: (text: string) => unknown) {
        visit(name);
        return find.call(this, name, parse);
      },
    );
  }
}
