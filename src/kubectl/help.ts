import { optionLine } from "./option-line.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs/index.ts";

/** What `--help` prints for a command; for no command, the list of them all. */
export function helpText(path: readonly Verb[]): string {
  const verb = path.at(-1);
  if (!verb) return overview();
  const name = `kubectl ${path.map(({ names }) => names[0]).join(" ")}`;
  return [
    `${verb.summary}.`,
    verb.names.length > 1 ? `Aliases:\n${verb.names.join(", ")}` : "",
    verb.verbs ? `Available Commands:\n${commandLines(verb.verbs)}` : "",
    verb.flags.length > 0 ? `Options:\n${verb.flags.map((flag) => optionLine(flag)).join("\n")}` : "",
    `Usage:\n  ${name} ${usageOf(verb)}`,
    `${verb.verbs ? `Use "${name} <command> --help" for more information about a given command.\n` : ""}${aboutGlobalFlags}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

const aboutGlobalFlags = 'Use "kubectl options" for a list of global command-line options (applies to all commands).';

function overview(): string {
  return `kubectl controls the Kubernetes cluster manager.

Available Commands:
${commandLines(verbs)}

Usage:
  kubectl [flags] [options]

Use "kubectl <command> --help" for more information about a given command.
${aboutGlobalFlags}
`;
}

function commandLines(list: readonly Verb[]): string {
  const width = Math.max(...list.map(({ names }) => (names[0] ?? "").length), 11) + 3;
  return list.map(({ names, summary }) => `  ${(names[0] ?? "").padEnd(width)}${summary}`).join("\n");
}

function usageOf({ usage, verbs: below, run }: Verb): string {
  if (usage !== undefined) return `${usage} [options]`;
  return below && !run ? "SUBCOMMAND [options]" : "[options]";
}
