import type { ASTNode } from "@marcbachmann/cel-js";

/** Tells a node of a parsed expression from a name, a literal or a list of nodes. */
export function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
