import type { Mutable } from "../../api/object.ts";
import { type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { HorizontalPodAutoscalerBehavior, HPAScalingPolicy, HPAScalingRules } from "../../api/types.gen.ts";
import { each, oneOf } from "../field-checks.ts";

const longestWindowSeconds = 3600;
const longestPeriodSeconds = 1800;
const selections = ["Disabled", "Max", "Min"];

/** Fills in both directions as soon as one is described. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#default-behavior */
export function defaultBehavior(behavior: HorizontalPodAutoscalerBehavior): Mutable<HorizontalPodAutoscalerBehavior> {
  const up: HPAScalingRules = {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  };
  const down: HPAScalingRules = {
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  };
  const { scaleUp, scaleDown } = behavior;
  return {
    scaleUp: { ...up, ...scaleUp },
    scaleDown: { ...down, ...scaleDown },
  } as Mutable<HorizontalPodAutoscalerBehavior>;
}

export function behaviorErrors(field: string, behavior: HorizontalPodAutoscalerBehavior | undefined): FieldError[] {
  const { scaleUp, scaleDown } = behavior ?? {};
  return [
    ...(scaleUp ? rulesErrors(`${field}.scaleUp`, scaleUp) : []),
    ...(scaleDown ? rulesErrors(`${field}.scaleDown`, scaleDown) : []),
  ];
}

function rulesErrors(field: string, rules: HPAScalingRules): FieldError[] {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules;
  const path = `${field}.stabilizationWindowSeconds`;
  const errors: FieldError[] = [];
  if (window !== undefined && window < 0) errors.push(invalid(path, window, "must be greater than or equal to zero"));
  if (window !== undefined && window > longestWindowSeconds) {
    errors.push(invalid(path, window, `must be less than or equal to ${longestWindowSeconds}`));
  }
  if (selectPolicy !== undefined && !selections.includes(selectPolicy)) {
    errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, selections));
  }
  if (policies.length === 0) errors.push(required(`${field}.policies`, "must specify at least one Policy"));
  return [...errors, ...each(`${field}.policies`, policies, policyErrors)];
}

function policyErrors({ type, value, periodSeconds }: HPAScalingPolicy, field: string): FieldError[] {
  const errors = oneOf(`${field}.type`, type, ["Percent", "Pods"]);
  if (value <= 0) errors.push(invalid(`${field}.value`, value, "must be greater than zero"));
  if (periodSeconds <= 0) errors.push(invalid(`${field}.periodSeconds`, periodSeconds, "must be greater than zero"));
  if (periodSeconds > longestPeriodSeconds) {
    const why = `must be less than or equal to ${longestPeriodSeconds}`;
    errors.push(invalid(`${field}.periodSeconds`, periodSeconds, why));
  }
  return errors;
}
