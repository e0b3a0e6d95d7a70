import { counter, gauge } from '../../metrics/metric.ts';

const LABELS = ['name'] as const;

export const unitState = gauge(
  'node_systemd_unit_state',
  'State of the systemd unit: 1 for the current state, 0 for all other states.',
  ['name', 'state', 'type'],
);
export const startTime = gauge(
  'node_systemd_unit_start_time_seconds',
  'Unix time in seconds at which the systemd unit became active; 0 if it is not active.',
  LABELS,
);
export const tasksCurrent = gauge(
  'node_systemd_unit_tasks_current',
  'Tasks (processes and threads) of the systemd service.',
  LABELS,
);
export const tasksMax = gauge(
  'node_systemd_unit_tasks_max',
  'Maximum number of tasks (processes and threads) of the systemd service.',
  LABELS,
);
export const running = gauge(
  'node_systemd_system_running',
  'Whether systemd reports the state of the system as running: 1 if it does, 0 if not, for example because a unit failed.',
);
export const units = gauge('node_systemd_units', 'Systemd units by state.', ['state']);
export const restarts = counter(
  'node_systemd_service_restart_total',
  'Times that systemd restarted the service automatically.',
  LABELS,
);
export const lastTrigger = gauge(
  'node_systemd_timer_last_trigger_seconds',
  'Unix time in seconds at which the systemd timer last elapsed.',
  LABELS,
);
export const accepted = counter(
  'node_systemd_socket_accepted_connections_total',
  'Connections accepted by the systemd socket unit.',
  LABELS,
);
export const connected = gauge(
  'node_systemd_socket_current_connections',
  'Open connections of the systemd socket unit.',
  LABELS,
);
export const refused = counter(
  'node_systemd_socket_refused_connections_total',
  'Connections refused by the systemd socket unit.',
  LABELS,
);
export const version = gauge('node_systemd_version', 'Version of systemd as a number.', ['version']);
export const virtualization = gauge(
  'node_systemd_virtualization_info',
  'Virtualization that systemd detected on the host; always 1.',
  ['virtualization_type'],
);

/** All families, in the order in which they are emitted. */
export const FAMILIES = [
  unitState,
  startTime,
  tasksCurrent,
  tasksMax,
  running,
  units,
  restarts,
  lastTrigger,
  accepted,
  connected,
  refused,
  version,
  virtualization,
];
