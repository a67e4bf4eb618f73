import type { KubeObject } from "../api/object.ts";
import { KubectlError } from "./kubectl-error.ts";
import { sortedJson } from "./printers/go-json.ts";
import { follow, parsePathExpression } from "./printers/json-path.ts";

/** What `--for` waits for. */
export interface Condition {
  readonly kind: "create" | "delete" | "state";
  isMet(object: KubeObject): boolean;
}

/** Reads `delete`, `create`, `condition=Ready[=true]` and `jsonpath={.status.phase}[=Running]`. Throws KubectlError. */
export function conditionFrom(text: string): Condition {
  const word = text.toLowerCase();
  if (word === "delete" || word === "create") return { kind: word, isMet: () => true };
  if (word.startsWith("condition=")) return statusCondition(text.slice("condition=".length));
  if (word.startsWith("jsonpath=")) return pathCondition(text.slice("jsonpath=".length));
  throw new KubectlError(`unrecognized condition: ${JSON.stringify(text)}`);
}

interface WithConditions {
  readonly metadata: KubeObject["metadata"];
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** News of an older generation does not count. */
function statusCondition(text: string): Condition {
  const [name = "", wanted = "true"] = text.split("=");
  return {
    kind: "state",
    isMet(object) {
      const { metadata, status } = object as WithConditions;
      const found = status?.conditions?.find(({ type }) => type.toLowerCase() === name.toLowerCase());
      if (!found) return false;
      const observed = found.observedGeneration ?? status?.observedGeneration;
      if (observed !== undefined && observed < (metadata.generation ?? 0)) return false;
      return found.status.toLowerCase() === wanted.toLowerCase();
    },
  };
}

function pathCondition(text: string): Condition {
  const unquoted = text.replace(/^'(.*)'$/su, "$1");
  const [, braced, value] = /^(\{.*?\})(?:=(.*))?$/su.exec(unquoted) ?? plainPath(unquoted);
  if (value === "")
    throw new KubectlError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  const steps = parsePathExpression(braced ?? "");
  const wanted = value?.replace(/^(['"])(.*)\1$/su, "$2");
  return {
    kind: "state",
    isMet(object) {
      const [found, ...more] = follow(steps, object);
      if (found === undefined) return false;
      if (more.length > 0) throw new KubectlError("given jsonpath expression matches more than one value");
      if (wanted === undefined) return true;
      if (typeof found === "object" && found !== null) {
        throw new KubectlError(`jsonpath leads to a nested object or list which is not supported`);
      }
      return (typeof found === "string" ? found : sortedJson(found)) === wanted.trim();
    },
  };
}

function plainPath(text: string): (string | undefined)[] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, text] : [text, text.slice(0, equals), text.slice(equals + 1)];
}
