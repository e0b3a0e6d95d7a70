/** What Redis tells of itself, under the names that redis_exporter's dashboards and alerts know. */
import { type Counter, counter, type Gauge, gauge } from 'otel-node-exporter';

/** By the field of INFO. */
export const fields: Readonly<Record<string, Gauge | Counter>> = {
  uptime_in_seconds: gauge('redis_uptime_in_seconds', 'Seconds since Redis started.'),
  process_id: gauge('redis_process_id', 'Process id of Redis.'),
  connected_clients: gauge('redis_connected_clients', 'Clients that are connected.'),
  blocked_clients: gauge('redis_blocked_clients', 'Clients that wait in a blocking command.'),
  tracking_clients: gauge('redis_tracking_clients', 'Clients whose keys are tracked.'),
  maxclients: gauge('redis_max_clients', 'Clients that may be connected.'),
  used_memory: gauge('redis_memory_used_bytes', 'Memory that Redis has allocated.'),
  used_memory_rss: gauge('redis_memory_used_rss_bytes', 'Memory of Redis that is resident.'),
  used_memory_peak: gauge('redis_memory_used_peak_bytes', 'The most memory that Redis had allocated.'),
  used_memory_overhead: gauge('redis_memory_used_overhead_bytes', 'Memory for what is not data.'),
  used_memory_dataset: gauge('redis_memory_used_dataset_bytes', 'Memory for data.'),
  used_memory_startup: gauge('redis_memory_used_startup_bytes', 'Memory that Redis had allocated at its start.'),
  maxmemory: gauge('redis_memory_max_bytes', 'Memory that Redis may allocate; 0: no limit.'),
  mem_fragmentation_ratio: gauge('redis_mem_fragmentation_ratio', 'Resident memory by allocated memory.'),
  loading: gauge('redis_loading_dump_file', 'Whether a dump is being loaded.'),
  rdb_changes_since_last_save: gauge('redis_rdb_changes_since_last_save', 'Changes since the last dump.'),
  rdb_bgsave_in_progress: gauge('redis_rdb_bgsave_in_progress', 'Whether a dump is being written.'),
  rdb_last_save_time: gauge('redis_rdb_last_save_timestamp_seconds', 'When the last dump was written.'),
  rdb_last_bgsave_status: gauge('redis_rdb_last_bgsave_status', 'Whether the last dump went well.'),
  aof_enabled: gauge('redis_aof_enabled', 'Whether there is an append-only file.'),
  aof_last_write_status: gauge('redis_aof_last_write_status', 'Whether the last write to that file went well.'),
  pubsub_channels: gauge('redis_pubsub_channels', 'Channels with subscribers.'),
  pubsub_patterns: gauge('redis_pubsub_patterns', 'Patterns with subscribers.'),
  connected_slaves: gauge('redis_connected_slaves', 'Replicas that are connected.'),
  master_repl_offset: gauge('redis_master_repl_offset', 'Offset of the replication.'),
  total_connections_received: counter('redis_connections_received_total', 'Connections accepted.'),
  rejected_connections: counter('redis_rejected_connections_total', 'Connections above the limit.'),
  total_commands_processed: counter('redis_commands_processed_total', 'Commands processed.'),
  total_net_input_bytes: counter('redis_net_input_bytes_total', 'Bytes received.'),
  total_net_output_bytes: counter('redis_net_output_bytes_total', 'Bytes sent.'),
  expired_keys: counter('redis_expired_keys_total', 'Keys that have expired.'),
  evicted_keys: counter('redis_evicted_keys_total', 'Keys that made room.'),
  keyspace_hits: counter('redis_keyspace_hits_total', 'Keys that were asked for and there.'),
  keyspace_misses: counter('redis_keyspace_misses_total', 'Keys that were asked for and not there.'),
  used_cpu_sys: counter('redis_cpu_sys_seconds_total', 'CPU time in the kernel.'),
  used_cpu_user: counter('redis_cpu_user_seconds_total', 'CPU time outside the kernel.'),
};

export const instance = gauge('redis_instance_info', 'What this Redis is.', [
  ...['role', 'redis_version', 'redis_build_id', 'redis_mode', 'os'],
  ...['maxmemory_policy', 'tcp_port', 'run_id', 'process_id', 'master_replid'],
]);

export const start = { uptime_in_seconds: gauge('redis_start_time_seconds', 'When Redis started.') };

/** By the part of a field: `db0:keys=1,expires=0,avg_ttl=0`. */
export const databases = {
  keys: gauge('redis_db_keys', 'Keys.', ['db']),
  expires: gauge('redis_db_keys_expiring', 'Keys that will expire.', ['db']),
};
export const databaseTimes = {
  avg_ttl: gauge('redis_db_avg_ttl_seconds', 'Mean time until those keys expire.', ['db']),
};

/** By the part of a field: `cmdstat_get:calls=1,usec=6,usec_per_call=6.00,rejected_calls=0,failed_calls=0`. */
export const commands = {
  calls: counter('redis_commands_total', 'Calls of a command.', ['cmd']),
  rejected_calls: counter('redis_commands_rejected_calls_total', 'Calls that were not executed.', ['cmd']),
  failed_calls: counter('redis_commands_failed_calls_total', 'Calls that failed.', ['cmd']),
};
export const commandTimes = {
  usec: counter('redis_commands_duration_seconds_total', 'Time spent in a command.', ['cmd']),
};

/** By the part of a field: `errorstat_ERR:count=1`. */
export const errors = { count: counter('redis_errors_total', 'Replies that were errors.', ['err']) };

/** In the order of the page. */
export const all = [
  instance,
  ...[fields, start, databases, databaseTimes, commands, commandTimes, errors].flatMap((byName) =>
    Object.values(byName),
  ),
];
