/** The words of a line typed at redis-cli's prompt; quotes hold spaces. */
export function splitCommand(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/gu)].map(
    ([, double, single, plain]) => double?.replaceAll(/\\(.)/gu, "$1") ?? single ?? plain ?? "",
  );
}
