import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { SCHEMA_URL } from './semconv.ts';

/** Attributes of the service and the host. An attribute with the value `undefined` is left out. */
export type ResourceAttributes = Readonly<Record<string, string | number | undefined>>;

/**
 * Creates the OpenTelemetry resource. The resource never contains a command line, which may contain secrets.
 *
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function createResource(attributes: ResourceAttributes): Resource {
  const defined = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  return defaultResource().merge(resourceFromAttributes(defined, { schemaUrl: SCHEMA_URL }));
}
