import { RateWindow } from '../../collection/rate-window.ts';
import type { Host } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import type { MetadataSource } from '../metadata/metadata-source.ts';
import { ContainerReader } from '../usage/container-reader.ts';
import { type ContainerReport, type ReportCounter, readCounters, toContainerReport } from './container-report.ts';

/**
 * Minimum time in seconds that the rates cover, if the reporter has run for this time. Many requests of one client must not
 * change the rates that other clients get.
 */
const RATE_SECONDS = 10;

/**
 * Reports the containers of the host. If a report is requested at least every 10 seconds, the rates are averages over the
 * last 10 to 20 seconds.
 */
export class ContainerReporter {
  readonly #reader: ContainerReader;
  readonly #window = new RateWindow<Container, ReportCounter>();
  /** Time at which the pass of the window started, on the clock of `host.elapsed()`. */
  #windowStart = Number.NEGATIVE_INFINITY;

  /** @param sources sources of metadata in order of precedence */
  constructor(sources: readonly MetadataSource[]) {
    this.#reader = new ContainerReader(sources);
  }

  /**
   * Returns an entry for each container. Containers that cannot be read are left out.
   *
   * @throws {AbsentError} if the host has no cgroups
   */
  async report(host: Host): Promise<readonly ContainerReport[]> {
    const { containers } = await this.#reader.find(host);
    const reports: ContainerReport[] = [];
    // There must be no await below: a concurrent report could start a pass of the window before this pass is complete.
    if (host.elapsed() - this.#windowStart >= RATE_SECONDS) {
      this.#window.startPass();
      this.#windowStart = host.elapsed();
    }
    this.#reader.readUsage(host, containers, (reading) => {
      const counters = readCounters(reading);
      const rates = this.#window.rates(reading.container, host.elapsed(), counters);
      reports.push(toContainerReport(reading, counters, rates));
    });
    return reports;
  }
}
