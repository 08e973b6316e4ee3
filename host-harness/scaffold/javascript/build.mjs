// Makes the component: node build.mjs OUT.wasm
import { componentize } from '@bytecodealliance/componentize-js';
import { writeFile } from 'node:fs/promises';

const { component } = await componentize({
  sourcePath: new URL('connector.js', import.meta.url).pathname,
  witPath: new URL('wit', import.meta.url).pathname,
  worldName: 'connector-over-wasi-http',
  // What they bring along asks for more than a connector may have.
  disableFeatures: ['random', 'stdio', 'clocks', 'http', 'fetch-event'],
});
await writeFile(process.argv[2] ?? 'toy-ledger.wasm', component);
