import type { ValidatingAdmissionPolicy, Validation } from "../../../api/types.gen.ts";
import { ExpressionError } from "../../cel/expressions.ts";
import { evaluate } from "../expression-context.ts";
import { meetsConditions } from "../match-conditions.ts";

/** Something that a policy has against a request. */
export interface Objection {
  readonly message: string;
  /** "Invalid" unless the policy says otherwise. */
  readonly reason: string;
}

/** All that a policy has against a request; what it cannot work out counts as its failurePolicy says. */
export function objectionsOf({ spec }: ValidatingAdmissionPolicy, context: object): readonly Objection[] {
  const fails = spec.failurePolicy !== "Ignore";
  const failing = (error: unknown): readonly Objection[] => {
    if (!(error instanceof ExpressionError)) throw error;
    return fails ? [{ message: error.message, reason: "Invalid" }] : [];
  };
  try {
    if (!meetsConditions(spec.matchConditions ?? [], context)) return [];
  } catch (error) {
    return failing(error);
  }
  const attempt = (work: () => readonly Objection[]): readonly Objection[] => {
    try {
      return work();
    } catch (error) {
      return failing(error);
    }
  };
  return [
    ...(spec.validations ?? []).flatMap((validation) => attempt(() => objections(validation, context))),
    ...(spec.auditAnnotations ?? []).flatMap(({ valueExpression }) =>
      attempt(() => {
        checkAnnotation(valueExpression, context);
        return [];
      }),
    ),
  ];
}

function objections(validation: Validation, context: object): readonly Objection[] {
  if (evaluate(validation.expression, context) === true) return [];
  return [{ message: messageOf(validation, context), reason: validation.reason ?? "Invalid" }];
}

const longestMessageBytes = 5 * 1024;

/** A message expression that gives nothing usable leaves the word to the message. */
function messageOf({ expression, message, messageExpression }: Validation, context: object): string {
  const fallback = message?.trim() || `failed expression: ${expression.trim()}`;
  if (!messageExpression) return fallback;
  try {
    const text = evaluate(messageExpression, context);
    if (typeof text !== "string") return fallback;
    const trimmed = text.trim();
    const isUsable = trimmed !== "" && !trimmed.includes("\n") && Buffer.byteLength(trimmed) <= longestMessageBytes;
    return isUsable ? trimmed : fallback;
  } catch (error) {
    if (error instanceof ExpressionError) return fallback;
    throw error;
  }
}

/** There is no audit log to write to, but an annotation that cannot be worked out is an error all the same. */
function checkAnnotation(valueExpression: string, context: object): void {
  const value = evaluate(valueExpression, context);
  if (typeof value === "string" || value === null) return;
  throw new ExpressionError(
    `valueExpression '${valueExpression}' resulted in unsupported return type: ${typeof value}. Return type must be either string or null.`,
  );
}
