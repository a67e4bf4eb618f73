import { type ASTNode, Optional } from "@marcbachmann/cel-js";

import { type CompiledRule, type RuleCompiler, RuleError } from "../custom-resources/rules.ts";
import { isNode } from "./ast-node.ts";
import { costOf } from "./cost.ts";
import { createEnvironment } from "./environment.ts";
import { languageError } from "./language-error.ts";
import { readingProblem, typeProblem } from "./rule-types.ts";
import { celValue } from "./values.ts";

/** Reads the rules of custom resources, about `self` and `oldSelf`. */
export function ruleCompiler(): RuleCompiler {
  const environment = createEnvironment(["self", "oldSelf"]);
  return (expression) => {
    try {
      const evaluate = environment.parse(expression);
      const { error } = evaluate.check();
      if (error) throw error;
      return {
        usesOldSelf: mentions(evaluate.ast, "oldSelf"),
        typeProblem: (types) => typeProblem({ expression, ...types }),
        costFor: (self) =>
          costOf(
            evaluate.ast,
            new Map([
              ["self", self],
              ["oldSelf", self],
            ]),
          ),
        evaluate: evaluation(evaluate),
      };
    } catch (error) {
      const problem = readingProblem(expression, error);
      throw problem === undefined ? error : new RuleError(problem);
    }
  };
}

function evaluation(evaluate: (context: object) => unknown): CompiledRule["evaluate"] {
  return ({ self, oldSelf, schema, isOldSelfOptional }) => {
    const before = celValue(oldSelf ?? null, schema);
    const given = oldSelf === undefined ? Optional.none() : Optional.of(before);
    try {
      return evaluate({
        self: celValue(self, schema),
        oldSelf: isOldSelfOptional ? given : before,
      });
    } catch (error) {
      throw asRuleError(error);
    }
  };
}

function asRuleError(error: unknown): unknown {
  const why = languageError(error);
  return why === undefined ? error : new RuleError(why);
}

function mentions({ op, args }: ASTNode, name: string): boolean {
  return op === "id" ? args === name : anyMentions(args, name);
}

function anyMentions(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((item) => anyMentions(item, name));
  return isNode(value) && mentions(value, name);
}
