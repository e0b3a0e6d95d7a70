import type { AnyFamily } from '../../metrics/metric.ts';

/** The PrometheusSerializer puts one underscore in place of all this, in names and in labels. */
const REWRITTEN = /[^a-zA-Z0-9_]|__/;

/** Families are declared once, and asked for in every pass. */
const known = new WeakMap<AnyFamily, boolean>();

/** Whether the way through OpenTelemetry leaves a family as it is declared, byte for byte. */
export function isSayable(family: AnyFamily): boolean {
  let sayable = known.get(family);
  if (sayable === undefined) {
    sayable =
      isTypeSayable(family) && !REWRITTEN.test(family.name) && !family.labels.some((label) => REWRITTEN.test(label));
    known.set(family, sayable);
  }
  return sayable;
}

function isTypeSayable({ type, name, external = false }: AnyFamily): boolean {
  switch (type) {
    case 'counter':
      return name.endsWith('_total');
    case 'gauge':
    case 'updowncounter':
      return true;
    case 'histogram':
      // The serializer writes a bound of 1e+06 as 1000000, and the bound is part of what others call their series.
      return !external;
    case 'summary':
    case 'untyped':
      return false;
  }
}
