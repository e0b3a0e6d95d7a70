import { defineCollector } from '../collection/collector.ts';
import { counter, type Family, gauge } from '../metrics/metric.ts';

const syncStatus = gauge('node_timex_sync_status', 'Whether the clock is synchronized to a reliable server.');
const offset = gauge('node_timex_offset_seconds', 'How far the clock is from its reference, in seconds.');
const frequency = gauge('node_timex_frequency_adjustment_ratio', 'How fast the clock is made to run; 1 is untouched.');
const maxError = gauge('node_timex_maxerror_seconds', 'The largest error the clock may have, in seconds.');
const estimatedError = gauge('node_timex_estimated_error_seconds', 'The error the clock probably has, in seconds.');
const status = gauge('node_timex_status', 'The bits of the clock, STA_PLL and others.');
const loopTimeConstant = gauge('node_timex_loop_time_constant', 'Time constant of the phase-locked loop.');
const tick = gauge('node_timex_tick_seconds', 'Seconds between two ticks of the clock.');
const ppsFrequency = gauge('node_timex_pps_frequency_hertz', 'Frequency of the pulse per second.');
const ppsJitter = gauge('node_timex_pps_jitter_seconds', 'Jitter of the pulse per second.');
const ppsShift = gauge(
  'node_timex_pps_shift_seconds',
  'Length of the intervals that the pulse per second is calibrated in.',
);
const ppsStability = gauge('node_timex_pps_stability_hertz', "How much the pulse's frequency has changed of late.");
const ppsJitters = counter('node_timex_pps_jitter_total', 'Pulses whose jitter was above the limit.');
const ppsCalibrations = counter('node_timex_pps_calibration_total', 'Calibration intervals of the pulse.');
const ppsErrors = counter('node_timex_pps_error_total', 'Calibration intervals with an error.');
const ppsStabilities = counter('node_timex_pps_stability_exceeded_total', 'Times the stability was beyond the limit.');
const taiOffset = gauge('node_timex_tai_offset_seconds', 'Seconds by which TAI, the atomic time, is ahead.');

/** What adjtimex(2) returns for a clock without a source. */
const TIME_ERROR = 5;
/** The bit of `status` that says nanoseconds where there are microseconds otherwise. */
const STA_NANO = 0x2000;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;
/** Frequencies are parts per million with 16 binary places. */
const SCALED_PPM = 1e6 * 65536;

export const timex = defineCollector({
  name: 'timex',
  help: "The clock's synchronization from adjtimex(2), where koffi is installed",
  create: () => ({
    families: [
      syncStatus,
      offset,
      frequency,
      maxError,
      estimatedError,
      status,
      loopTimeConstant,
      tick,
      ppsFrequency,
      ppsJitter,
      ppsShift,
      ppsStability,
      ppsJitters,
      ppsCalibrations,
      ppsErrors,
      ppsStabilities,
      taiOffset,
    ],
    async collect(host, emit) {
      const { state, timex: clock } = await host.readClockState();
      const fraction = (clock.status & STA_NANO) === 0 ? MICROSECONDS : NANOSECONDS;
      const values: readonly (readonly [Family<never, 'counter' | 'gauge'>, number])[] = [
        [syncStatus, state === TIME_ERROR ? 0 : 1],
        [offset, clock.offset / fraction],
        [frequency, 1 + clock.freq / SCALED_PPM],
        [maxError, clock.maxerror / MICROSECONDS],
        [estimatedError, clock.esterror / MICROSECONDS],
        [status, clock.status],
        [loopTimeConstant, clock.constant],
        [tick, clock.tick / MICROSECONDS],
        [ppsFrequency, clock.ppsfreq / SCALED_PPM],
        [ppsJitter, clock.jitter / fraction],
        [ppsShift, clock.shift],
        [ppsStability, clock.stabil / SCALED_PPM],
        [ppsJitters, clock.jitcnt],
        [ppsCalibrations, clock.calcnt],
        [ppsErrors, clock.errcnt],
        [ppsStabilities, clock.stbcnt],
        [taiOffset, clock.tai],
      ];
      for (const [family, value] of values) emit(family, value);
    },
  }),
});
