import fc from 'fast-check';

/** The same texts and bytes in every run: what fails here fails again. `PROPERTY_SEED` makes it another run. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });

export { fc };
