/** Which Prometheus, which job and which node a dashboard shows. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

export const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Selects the series of the chosen node: `node_uptime{${NODE}}`. */
export const NODE = 'job="$job", instance="$node"';

/** How many CPUs the node has; there is no such metric, but each CPU has one idle counter. */
export const CPUS = `count(node_cpu_seconds_total{${NODE}, mode="idle"})`;

export const variables: Builder<VariableModel>[] = [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
  labelValues('job', 'Job', 'label_values(node_uptime, job)').description('Which job scrapes the exporters.'),
  labelValues('node', 'Node', 'label_values(node_uptime{job="$job"}, instance)').description('Which node to show.'),
];

function labelValues(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .definition(query)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}
