import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';

const syncStatus = gauge(
  'node_timex_sync_status',
  'Whether the system clock is synchronized to a reliable server: 1 if it is, 0 if not.',
);
const offset = gauge('node_timex_offset_seconds', 'Offset of the system clock from its reference clock, in seconds.');
const frequency = gauge(
  'node_timex_frequency_adjustment_ratio',
  'Ratio of the adjusted frequency of the system clock to its unadjusted frequency.',
);
const maxError = gauge('node_timex_maxerror_seconds', 'Maximum error of the system clock, in seconds.');
const estimatedError = gauge('node_timex_estimated_error_seconds', 'Estimated error of the system clock, in seconds.');
const status = gauge('node_timex_status', 'Status of the system clock as a bit mask of STA_* values; see adjtimex(2).');
const loopTimeConstant = gauge(
  'node_timex_loop_time_constant',
  'Time constant of the phase-locked loop (PLL) of the system clock.',
);
const tick = gauge('node_timex_tick_seconds', 'Time between two ticks of the system clock, in seconds.');
const ppsFrequency = gauge(
  'node_timex_pps_frequency_hertz',
  'Frequency offset of the system clock, measured with the pulse-per-second (PPS) signal, in hertz.',
);
const ppsJitter = gauge('node_timex_pps_jitter_seconds', 'Jitter of the pulse-per-second (PPS) signal, in seconds.');
const ppsShift = gauge(
  'node_timex_pps_shift_seconds',
  'Calibration interval of the pulse-per-second (PPS) signal, as the base-2 logarithm of seconds.',
);
const ppsStability = gauge(
  'node_timex_pps_stability_hertz',
  'Average of recent changes of the frequency measured with the pulse-per-second (PPS) signal, in hertz.',
);
const ppsJitters = counter(
  'node_timex_pps_jitter_total',
  'Times that the jitter of the pulse-per-second (PPS) signal exceeded the limit.',
);
const ppsCalibrations = counter(
  'node_timex_pps_calibration_total',
  'Completed calibration intervals of the pulse-per-second (PPS) signal.',
);
const ppsErrors = counter(
  'node_timex_pps_error_total',
  'Calibration intervals of the pulse-per-second (PPS) signal that had an error.',
);
const ppsStabilities = counter(
  'node_timex_pps_stability_exceeded_total',
  'Times that a change of the frequency measured with the pulse-per-second (PPS) signal exceeded the limit.',
);
const taiOffset = gauge(
  'node_timex_tai_offset_seconds',
  'Offset of International Atomic Time (TAI) from UTC, in seconds.',
);

/** The return value of adjtimex(2) for a clock that is not synchronized. */
const TIME_ERROR = 5;

/** The bit of `status` that is set if `offset` and `jitter` are in nanoseconds; otherwise they are in microseconds. */
const STA_NANO = 0x2000;

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Divisor of frequencies: the kernel returns parts per million, multiplied by 65,536. */
const SCALED_PPM = 1e6 * 65536;

/** https://man7.org/linux/man-pages/man2/adjtimex.2.html */
export const timex = defineCollector({
  name: 'timex',
  help: 'Synchronization of the system clock from adjtimex(2)',
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
      emit(syncStatus, state === TIME_ERROR ? 0 : 1);
      emit(offset, clock.offset / fraction);
      emit(frequency, 1 + clock.freq / SCALED_PPM);
      emit(maxError, clock.maxerror / MICROSECONDS);
      emit(estimatedError, clock.esterror / MICROSECONDS);
      emit(status, clock.status);
      emit(loopTimeConstant, clock.constant);
      emit(tick, clock.tick / MICROSECONDS);
      emit(ppsFrequency, clock.ppsfreq / SCALED_PPM);
      emit(ppsJitter, clock.jitter / fraction);
      emit(ppsShift, clock.shift);
      emit(ppsStability, clock.stabil / SCALED_PPM);
      emit(ppsJitters, clock.jitcnt);
      emit(ppsCalibrations, clock.calcnt);
      emit(ppsErrors, clock.errcnt);
      emit(ppsStabilities, clock.stbcnt);
      emit(taiOffset, clock.tai);
    },
  }),
});
