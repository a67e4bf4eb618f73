import * as yaml from "js-yaml";

import { yamlProblem } from "./yaml-problem.ts";
import { kubernetesYaml } from "./yaml-schema.ts";

/** Text that is no YAML. The message is what kubectl prints after `error parsing FILE: `. */
export class YamlError extends Error {
  /** Without kubectl's introduction: `yaml: line 7: did not find expected key`. */
  readonly problem: string;

  constructor(problem: string) {
    super(`error converting YAML to JSON: ${problem}`);
    this.problem = problem;
  }
}

/**
 * The first document of a YAML (or JSON) text, read as kubectl reads it: of equal keys the last one holds; null when
 * there is nothing but comments. Throws YamlError.
 */
export function parseYaml(text: string): unknown {
  try {
    const [first = null] = yaml.loadAll(text, { schema: kubernetesYaml, json: true, maxDepth: 1000 });
    return first;
  } catch (error) {
    if (error instanceof yaml.YAMLException) throw new YamlError(yamlProblem(error, text));
    throw error;
  }
}

/** Every document of a file, those that say nothing left out. Lines in errors count from the document's own start. */
export function parseYamlDocuments(text: string): unknown[] {
  return splitYamlDocuments(text)
    .map((document) => parseYaml(document))
    .filter((document) => document !== null);
}

/** Cuts at the lines that are only `---`. */
function splitYamlDocuments(text: string): string[] {
  return text.split(/^---[ \t\r]*(?:\n|$)/mu).filter((document) => document !== "");
}
