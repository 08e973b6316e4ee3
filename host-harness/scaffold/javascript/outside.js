// The way out: one request, one whole answer, over wasi:http. The runtime's own fetch is left out, as it would ask for more
// than a connector may have.
//
// What a connector must know of a failed request is whether it may have arrived: `sent` of NoAnswer says so.
import { handle } from 'wasi:http/outgoing-handler@0.2.2';
import { Fields, IncomingBody, OutgoingBody, OutgoingRequest } from 'wasi:http/types@0.2.2';

// Answers above this many bytes are not read; a page of 100 debtors is about 50 kB.
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
// The host takes at most 4,096 bytes at once.
const PIECE_BYTES = 4096;
// Errors after which nothing has arrived there.
const NOT_SENT = new Set([
  'DNS-timeout', 'DNS-error', 'destination-not-found', 'destination-unavailable', 'destination-IP-prohibited',
  'destination-IP-unroutable', 'connection-refused', 'connection-timeout', 'connection-limit-reached',
  'TLS-protocol-error', 'TLS-certificate-error', 'TLS-alert-received',
]);
const REFUSED = new Set([
  'HTTP-request-denied', 'HTTP-request-body-size', 'HTTP-request-header-size', 'HTTP-request-URI-invalid',
]);

export class NoAnswer extends Error {
  constructor(sent, refused, why) {
    super(why);
    this.sent = sent;
    this.refused = refused;
  }
}

export function send(method, host, path, headers, body) {
  const encoder = new TextEncoder();
  const fields = Fields.fromList(Object.entries(headers).map(([name, value]) => [name, encoder.encode(value)]));
  const request = new OutgoingRequest(fields);
  request.setMethod({ tag: method });
  request.setScheme({ tag: 'HTTPS' });
  request.setAuthority(host);
  request.setPathWithQuery(path);
  const out = request.body();
  let future;
  try {
    future = handle(request, undefined);
  } catch (error) {
    throw noAnswer(error);
  }
  write(out, encoder.encode(body ?? ''));
  const waiting = future.subscribe();
  waiting.block();
  waiting[Symbol.dispose]?.();
  const got = future.get();
  if (got === undefined || got.tag === 'err' || got.val.tag === 'err') {
    throw noAnswer(got?.val?.val);
  }
  const response = got.val.val;
  const status = response.status();
  const retry = response.headers().get('retry-after')[0];
  const text = read(response.consume());
  return { status, retryAfterS: retry && /^\d+$/.test(decode(retry)) ? Number(decode(retry)) : undefined, text };
}

function write(out, bytes) {
  const stream = out.write();
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    stream.blockingWriteAndFlush(bytes.slice(at, at + PIECE_BYTES));
  }
  stream[Symbol.dispose]?.();
  OutgoingBody.finish(out, undefined);
}

function read(body) {
  const stream = body.stream();
  const pieces = [];
  let length = 0;
  for (;;) {
    let piece;
    try {
      piece = stream.blockingRead(65536n);
    } catch (error) {
      if ((error.payload ?? error).tag === 'closed') break;
      throw new NoAnswer(true, false, 'the answer broke off');
    }
    length += piece.length;
    if (length > MAX_ANSWER_BYTES) throw new NoAnswer(true, false, 'the answer is too large');
    pieces.push(piece);
  }
  stream[Symbol.dispose]?.();
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return decode(whole);
}

function decode(bytes) {
  return new TextDecoder().decode(bytes);
}

function noAnswer(error) {
  const tag = (error?.payload ?? error)?.tag ?? 'unknown';
  return new NoAnswer(!NOT_SENT.has(tag) && !REFUSED.has(tag), REFUSED.has(tag), tag);
}
