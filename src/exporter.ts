import { setTimeout } from 'node:timers/promises';
import { BootTime } from './boot-time.ts';
import type { Config } from './config.ts';
import { sourcesFrom } from './containers/names/sources.ts';
import { ContainerReporter } from './containers/report.ts';
import type { Push } from './export/push.ts';
import type { ResourceAttributes } from './export/resource.ts';
import { PrometheusOutput, setSdkLog } from './export/scrape.ts';
import { showDuration } from './flag.ts';
import { Gatherer } from './gather.ts';
import { Host, readTimeZone } from './host.ts';
import { createApp } from './http/app.ts';
import { Servers } from './http/server.ts';
import { createLog, type Log } from './log.ts';
import { OutcomeLog } from './outcome-log.ts';
import { Readiness } from './readiness.ts';
import { describeBuild } from './self/build-info.ts';
import { readIdentity } from './self/identity.ts';
import { describeNodejs } from './self/nodejs.ts';
import { describeProcess } from './self/process.ts';
import { Pushes } from './self/pushes.ts';
import { Scrapes } from './self/scrapes.ts';
import { endProcess, onStopSignal } from './stop.ts';
import { revision, version } from './version.ts';

/** Running scrapes get this long after a stop signal and its delay; the process has ended half a second later. */
const STOP_PATIENCE_MS = 1500;

/** The parts of the program, put together from a configuration. */
export class Exporter {
  readonly #config: Config;
  readonly #log: Log;
  readonly #host: Host;
  readonly #gatherer: Gatherer;
  readonly #scrapes: Scrapes;
  readonly #pushes: Pushes;
  readonly #readiness = new Readiness();

  private constructor(config: Config) {
    const { values } = config;
    this.#config = config;
    this.#log = createLog({ level: values['log.level'], format: values['log.format'] });
    this.#host = new Host({
      procfs: values['path.procfs'],
      sysfs: values['path.sysfs'],
      rootfs: values['path.rootfs'],
      udevData: values['path.udev.data'],
      hostname: config.hostname,
      timeZone: readTimeZone(config.timeZone),
    });
    const collectors = config.collectors.map((definition) => definition.create(config.all));
    this.#scrapes = new Scrapes(collectors.filter(({ only }) => only !== 'semconv').map(({ name }) => name));
    this.#pushes = new Pushes(this.#host.now);
    const outcomes = new OutcomeLog(this.#log);
    this.#gatherer = new Gatherer({
      host: this.#host,
      collectors,
      descriptions: [
        this.#scrapes,
        ...(config.outputs.otlp === undefined ? [] : [this.#pushes]),
        describeBuild({ version, revision }),
        ...(values['web.disable-exporter-metrics'] ? [] : [describeProcess(this.#host.self), describeNodejs()]),
      ],
      observe: (outcome) => {
        this.#scrapes.count(outcome);
        outcomes.observe(outcome);
        if (outcome.state === 'ok') this.#readiness.become();
      },
    });
  }

  /** @throws {Error} in one line, when the host cannot be read or an address is taken */
  static async start(config: Config): Promise<void> {
    const exporter = new Exporter(config);
    for (const warning of config.warnings) exporter.#log.warn(warning);
    // Asking for it throws when it is not there.
    exporter.#host.proc.list('');
    await exporter.#serve();
  }

  async #serve(): Promise<void> {
    const { values, listen, outputs } = this.#config;
    setSdkLog(this.#log);
    const resource = await readIdentity(this.#host, this.#config);
    const push = await this.#startPush(resource);
    const output = new PrometheusOutput({
      gatherer: this.#gatherer,
      resource,
      version,
      namespace: values['metric.namespace'],
      scopeInfo: values['metrics.scope-info'],
    });
    const app = createApp({
      host: this.#host,
      containers: new ContainerReporter(sourcesFrom(this.#config.all)),
      metrics: outputs.scraped && {
        scrape: (request) => output.scrape(request),
        collectors: this.#gatherer.collectors.map(({ name }) => name),
        scrapes: this.#scrapes,
        timeout: values['collector.timeout'],
        maxRequests: values['web.max-requests'],
      },
      metricsPath: values['web.telemetry-path'],
      version,
      unready: () => this.#readiness.reason,
      onError: (error) => this.#log.error({ error: String(error) }, 'Cannot answer a request'),
    });
    const servers = await Servers.listen(listen, app);
    const served = outputs.scraped ? `${values['web.telemetry-path']} and /info` : '/info';
    this.#log.info(`Serving ${served} on ${servers.urls.join(' and ')}`);
    if (push !== undefined) this.#log.info(`Pushing to ${push.address} every ${showDuration(values['otlp.interval'])}`);
    onStopSignal(async (signal) => {
      this.#readiness.stop();
      this.#log.info({ signal }, 'Stopping');
      // Whoever sends requests has time to see that it is not ready.
      await setTimeout(values['web.shutdown-delay'] * 1000);
      await Promise.all([servers.close(STOP_PATIENCE_MS), push?.stop(STOP_PATIENCE_MS)]);
      await output.shutdown();
      endProcess(signal, this.#host.pendingCalls, this.#log);
    });
    await this.#makeFirstPass();
  }

  /** Loaded only where it is used: without it the program starts sooner and is smaller. */
  async #startPush(resource: ResourceAttributes): Promise<Push | undefined> {
    const { values, outputs } = this.#config;
    if (outputs.otlp === undefined) return undefined;
    const { Push } = await import('./export/push.ts');
    return Push.start({
      config: outputs.otlp,
      gatherer: this.#gatherer,
      resource,
      version,
      namespace: values['metric.namespace'],
      bootTime: new BootTime(this.#host),
      now: this.#host.now,
      passTimeout: values['collector.timeout'],
      pushes: this.#pushes,
      log: this.#log,
    });
  }

  async #makeFirstPass(): Promise<void> {
    // Without a collector there is nothing to wait for.
    if (this.#gatherer.collectors.length === 0) this.#readiness.become();
    await this.#gatherer.gather({ deadline: performance.now() + this.#config.values['collector.timeout'] * 1000 });
    this.#readiness.endFirstPass();
  }
}
