// Makes the component: node build.mjs OUT.wasm
import { componentize } from '@bytecodealliance/componentize-js';
import { writeFile } from 'node:fs/promises';

const { component } = await componentize({
  sourcePath: new URL('connector.js', import.meta.url).pathname,
  witPath: new URL('wit', import.meta.url).pathname,
  worldName: 'connector-over-wasi-http',
  // What they bring along asks for more than a connector may have. Without 'http' the engine would put stubs that only trap
  // in the place of wasi:http, also where outside.js calls it.
  disableFeatures: ['random', 'stdio', 'clocks', 'fetch-event'],
});
await writeFile(process.argv[2] ?? 'toy-ledger.wasm', component);
