import { type FieldError, invalid } from "../../../api/status.ts";
import type { MatchCondition, ValidatingAdmissionPolicy } from "../../../api/types.gen.ts";
import { ExpressionError } from "../../cel/expressions.ts";
import { readExpression } from "../expression-context.ts";

/** Expressions of a policy that make no sense. */
export function expressionErrors({ spec }: ValidatingAdmissionPolicy): FieldError[] {
  return [
    ...(spec.variables ?? []).flatMap(({ expression }, index) =>
      errorsAt(`spec.variables[${index}].expression`, expression),
    ),
    ...conditionErrors("spec.matchConditions", spec.matchConditions ?? []),
    ...(spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
      ...errorsAt(`spec.validations[${index}].expression`, expression),
      ...(messageExpression ? errorsAt(`spec.validations[${index}].messageExpression`, messageExpression) : []),
    ]),
    ...(spec.auditAnnotations ?? []).flatMap(({ valueExpression }, index) =>
      errorsAt(`spec.auditAnnotations[${index}].valueExpression`, valueExpression),
    ),
  ];
}

export function conditionErrors(field: string, conditions: readonly MatchCondition[]): FieldError[] {
  return conditions.flatMap(({ expression }, index) => errorsAt(`${field}[${index}].expression`, expression));
}

function errorsAt(field: string, expression: string): FieldError[] {
  try {
    readExpression(expression);
    return [];
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [invalid(field, expression, `compilation failed: ${error.message}`)];
  }
}
