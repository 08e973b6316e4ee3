// The Toy Ledger connector in JavaScript: customers kept alike both ways. Bookkeeping is left out, and says so.
//
// The contract is wit/; names are in camelCase here, and an error is what is thrown.
import { byCvr, byEmail, byId, byNumber } from 'flexybox:accounting/customers@0.1.0';
import { byCustomer, byExternalId } from 'flexybox:accounting/links@0.1.0';
import { NoAnswer, send } from './outside.js';

const HOST = 'api.toy-ledger.example';
const PAGE = 100;
const MAX_TEXT = 100;
// What the contract calls a property, and what Toy Ledger calls it.
const PROPERTIES = [
  ['name', 'name'], ['address', 'street'], ['zip', 'postcode'], ['city', 'town'], ['country', 'country_code'],
  ['phone', 'telephone'], ['mobile', 'mobile'], ['email', 'mail'], ['cvr', 'vat_number'], ['ean', 'gln'],
];

// --- What every call begins with ---

function open(context) {
  const settings = Object.fromEntries(context.settings.map(({ key, value }) => [key, value]));
  const say = (da, en) => (context.locale === 'da' ? da : en);
  const fail = (kind, code, message, more = {}) => ({ kind, code: `toy-ledger.${code}`, message, ...more });
  const tag = (settings['customer-tag'] ?? '').trim();
  const isTagged = (customer) =>
    !customer.deleted && customer.tags.some((one) => one.trim().toLowerCase() === tag.toLowerCase());

  // One request; undefined where the answer is 404.
  function ask(method, path, body) {
    const writes = method !== 'get';
    const headers = { authorization: `Bearer ${settings['api-key'] ?? ''}`, 'content-type': 'application/json' };
    let answer;
    try {
      answer = send(method, HOST, path, headers, body === undefined ? '' : JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.refused) throw fail('internal', 'not-let-out', say('et kald blev ikke sluppet ud', 'a call was not let out'));
      throw error.sent && writes ? uncertain() : transient();
    }
    const { status, text, retryAfterS } = answer;
    if (status >= 200 && status < 300) {
      const value = parsed(text);
      if (value === undefined) throw writes ? uncertain() : senseless();
      return value;
    }
    if (status === 404) return undefined;
    if (status === 401 || status === 403) {
      throw fail('auth', 'key-not-accepted', say('Toy Ledger godtager ikke API nøglen', 'Toy Ledger does not accept the API key'),
        { subject: 'api-key' });
    }
    if (status === 429) {
      throw fail('rate-limited', 'too-many-calls', say('Toy Ledger tager ikke flere kald for nu', 'Toy Ledger takes no more calls for now'),
        { retryAfterMs: retryAfterS === undefined ? undefined : BigInt(retryAfterS) * 1000n });
    }
    if (status < 500) {
      const code = parsed(text)?.code ?? 'no code';
      throw fail('validation', 'refused', say(`Toy Ledger afviste det, der blev sendt (${code})`, `Toy Ledger refused what was sent (${code})`));
    }
    // 503 says that nothing was done; the other 5xx do not say.
    throw writes && status !== 503 ? uncertain() : transient();
  }
  const uncertain = () => fail('uncertain', 'answer-lost', say('det vides ikke, om ændringen blev gemt', 'it is not known whether the change was kept'));
  const transient = () => fail('transient', 'unavailable', say('Toy Ledger svarede ikke; der prøves igen', 'Toy Ledger did not answer; it will be tried again'));
  const senseless = () => fail('internal', 'answer-not-understood', say('svaret fra Toy Ledger kan ikke forstås', 'the answer of Toy Ledger cannot be understood'));
  const debtorOf = (value, wrong) => {
    if (!Number.isSafeInteger(value?.id) || typeof value.number !== 'string') throw wrong();
    return value;
  };
  const items = (path) => {
    const found = ask('get', path);
    if (!Array.isArray(found?.items)) throw senseless();
    return found.items;
  };
  return {
    settings, say, fail, tag, isTagged, ask, senseless, items,
    enabled: settings.enabled === 'true',
    debtor: (id) => {
      const found = ask('get', `/debtors/${id}`);
      return found === undefined ? undefined : debtorOf(found, senseless);
    },
    debtorsWith: (name, value) =>
      items(`/debtors?${name}=${encodeURIComponent(value)}`).map((one) => debtorOf(one, senseless)),
    create: (properties) => debtorOf(ask('post', '/debtors', properties), uncertain),
    change: (id, properties) => debtorOf(ask('put', `/debtors/${id}`, properties), uncertain),
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// An error of the contract becomes a failed outcome; anything else is a defect and ends the call.
function attempt(work, failed) {
  try {
    return work();
  } catch (error) {
    if (typeof error?.kind !== 'string') throw error;
    return failed(error);
  }
}

// --- A customer against a debtor ---

function canonical(name, text) {
  const trimmed = text.trim();
  if (name === 'email') return trimmed.toLowerCase();
  if (name === 'country') return trimmed.toUpperCase();
  if (name === 'cvr') {
    const digits = trimmed.replace(/^dk/i, '').replace(/[ .:\u00a0-]/g, '');
    return /^\d{8}$/.test(digits) ? digits : trimmed;
  }
  return trimmed;
}

function checked(api, customer, ours, theirs) {
  const text = customer[ours].trim();
  if ([...text].length <= MAX_TEXT) return text;
  throw api.fail('validation', 'too-long', api.say(`${theirs} rummer højst ${MAX_TEXT} tegn i Toy Ledger`,
    `${theirs} takes at most ${MAX_TEXT} characters in Toy Ledger`), { subject: theirs });
}

// Three-way merge of one property: base, ours, theirs. Who wins where both changed: `wins`.
function verdict(mode, base, ours, theirs, wins) {
  if (ours === theirs) return 'agreed';
  if (mode === 'rewrite' && ours !== '') return theirs === '' || theirs === base ? 'push' : 'conflict-flexybox';
  if (base === theirs) return 'push';
  if (base === ours || mode === 'rewrite') return 'pull';
  return `conflict-${wins}`;
}

// Brings a pair to the same; Toy Ledger is written here.
function paired(api, customer, link, debtor, mode, wins = 'flexybox') {
  const known = Object.fromEntries((link?.base ?? []).map(({ name, value }) => [name, value]));
  const pushes = {}, changes = [], agreed = [], base = [], conflicts = [];
  for (const [ours, theirs] of PROPERTIES) {
    const there = String(debtor[theirs] ?? '').trim();
    const [b, o, t] = [known[theirs] ?? '', customer[ours], there].map((text) => canonical(ours, text));
    let what = verdict(mode, mode === 'adopt' ? '' : b, o, t, wins);
    // A debtor cannot be without a name, nor can a customer.
    if (ours === 'name' && t === '' && what !== 'agreed') what = 'push';
    const property = { tag: 'attribute', val: ours };
    if (what === 'conflict-flexybox') {
      conflicts.push({ property, kept: 'flexybox', keptValue: customer[ours], lostValue: there });
    } else if (what === 'conflict-accounting') {
      conflicts.push({ property, kept: 'accounting', keptValue: there, lostValue: customer[ours] });
    }
    if (what === 'agreed') {
      base.push({ name: theirs, value: o });
    } else if (what === 'push' || what === 'conflict-flexybox') {
      pushes[theirs] = checked(api, customer, ours, theirs);
      base.push({ name: theirs, value: o });
    } else {
      changes.push({ property, value: there });
      agreed.push({ name: theirs, value: t });
      if (theirs in known) base.push({ name: theirs, value: known[theirs] });
    }
  }
  const pushed = Object.keys(pushes).length > 0;
  if (pushed) api.change(debtor.id, pushes);
  const effects = [];
  const now = linkOf(customer, debtor, base);
  if (JSON.stringify(now) !== JSON.stringify(link && linkOf(customer, { id: link.externalId, number: link.externalKey }, link.base))
    || link?.state !== 'active') {
    effects.push({ tag: 'put-link', val: now });
  }
  if (changes.length > 0) {
    effects.push({ tag: 'update-customer', val: { customerId: customer.id, revision: customer.revision, changes, agreed } });
  }
  return { effects, conflicts, moved: pushed || changes.length > 0 };
}

function linkOf(customer, debtor, base) {
  return { customerId: customer.id, externalId: String(debtor.id), externalKey: debtor.number, state: 'active', base };
}

// --- From FlexyBox to Toy Ledger ---

const CONCERNS_EVERYONE = new Set(['auth', 'config', 'rate-limited']);

function customersChanged(context, changes) {
  const api = open(context);
  let stopped;
  return changes.map((change) => {
    const quiet = api.enabled ? settledQuietly(api, change) : plain(change, { tag: 'skipped', val: 'not-enabled' });
    if (quiet) return quiet;
    if (stopped) return plain(change, { tag: 'failed', val: stopped });
    return attempt(() => synced(api, change), (error) => {
      if (CONCERNS_EVERYONE.has(error.kind)) stopped = error;
      return plain(change, { tag: 'failed', val: error });
    });
  });
}

function plain(change, outcome, effects = [], conflicts = []) {
  return { customerId: change.customer.id, outcome, effects, conflicts, notices: [] };
}

const isDeleted = (change) => change.kind === 'deleted' || change.customer.deleted;
const asleep = (link) => ({ tag: 'put-link', val: { ...link, state: 'dormant' } });

function settledQuietly(api, change) {
  const { link, customer } = change;
  const tagged = api.isTagged(customer);
  if (!link && isDeleted(change)) return plain(change, { tag: 'skipped', val: 'never-linked' });
  if (!link && !tagged) return plain(change, { tag: 'skipped', val: 'not-tagged' });
  if (link?.state === 'dormant' && (isDeleted(change) || !tagged)) return plain(change, { tag: 'skipped', val: 'not-tagged' });
  if (link && !isDeleted(change) && !tagged) return plain(change, { tag: 'detached' }, [asleep(link)]);
  return undefined;
}

function synced(api, change) {
  const { customer, link } = change;
  if (!link) return unlinked(api, change);
  const debtor = api.debtor(link.externalId);
  if (!debtor) return plain(change, { tag: 'failed', val: deletedThere(api, link) }, removeAndFlag(api, link));
  if (isDeleted(change)) {
    if (!debtor.blocked) api.change(debtor.id, { blocked: true });
    return plain(change, { tag: 'blocked' }, [asleep(link)]);
  }
  const mode = change.kind === 'resync' || link.state === 'dormant' ? 'rewrite' : 'merge';
  const { effects, conflicts, moved } = paired(api, customer, link, debtor, mode);
  return plain(change, { tag: moved ? 'updated' : 'unchanged' }, effects, conflicts);
}

function unlinked(api, change) {
  const { customer } = change;
  const debtor = found(api, customer);
  if (debtor) {
    const { effects, conflicts } = paired(api, customer, undefined, debtor, 'adopt');
    return plain(change, { tag: 'linked' }, effects, conflicts);
  }
  const properties = customer.number === '' ? {} : { number: customer.number };
  for (const [ours, theirs] of PROPERTIES) {
    const text = checked(api, customer, ours, theirs);
    if (text !== '') properties[theirs] = text;
  }
  const created = api.create(properties);
  const base = PROPERTIES.map(([ours, theirs]) => ({ name: theirs, value: canonical(ours, customer[ours]) }));
  return plain(change, { tag: 'created' }, [{ tag: 'put-link', val: linkOf(customer, created, base) }]);
}

function found(api, customer) {
  const ways = [
    ['number', [customer.number]],
    ['vat_number', [customer.cvr.trim(), canonical('cvr', customer.cvr)]],
    ['mail', [customer.email.trim(), canonical('email', customer.email)]],
  ];
  for (const [name, values] of ways) {
    const candidates = new Map();
    for (const value of new Set(values.filter((one) => one !== ''))) {
      for (const debtor of api.debtorsWith(name, value)) {
        const free = byExternalId(String(debtor.id)) === undefined;
        if (!free && name === 'number') throw several(api, name);
        if (free) candidates.set(debtor.id, debtor);
      }
    }
    if (candidates.size > 1) throw several(api, name);
    if (candidates.size === 1) return [...candidates.values()][0];
  }
  return undefined;
}

function several(api, name) {
  return api.fail('conflict', 'several-debtors', api.say(`flere gør krav på samme ${name}; ret det i Toy Ledger eller på kunden`,
    `several claim the same ${name}; correct it in Toy Ledger or on the customer`), { subject: name });
}

function deletedThere(api, link) {
  return api.fail('conflict', 'debtor-deleted', api.say(`debitor ${link.externalKey} er slettet i Toy Ledger; gem kunden igen for at oprette den på ny`,
    `debtor ${link.externalKey} was deleted in Toy Ledger; save the customer again to create it anew`));
}

function removeAndFlag(api, link) {
  const { code, message } = deletedThere(api, link);
  return [
    { tag: 'remove-link', val: link.customerId },
    { tag: 'flag-customer', val: { customerId: link.customerId, code, message } },
  ];
}

// --- From Toy Ledger to FlexyBox ---

function told(customerId, outcome, effects = [], conflicts = []) {
  return { customerId, outcome, effects, conflicts, notices: [] };
}

const ignored = (customerId, reason) => told(customerId, { tag: 'ignored', val: reason });

function settled(api, id, debtor) {
  const link = byExternalId(String(id));
  if (!debtor) {
    return link ? told(link.customerId, { tag: 'unlinked' }, removeAndFlag(api, link)) : ignored(undefined, 'no-tagged-customer');
  }
  if (link?.state === 'dormant') return ignored(link.customerId, 'dormant');
  const failed = (customerId) => (error) => told(customerId, { tag: 'failed', val: error });
  if (link) {
    const customer = byId(link.customerId);
    if (!customer || !api.isTagged(customer)) return ignored(link.customerId, 'no-tagged-customer');
    return attempt(() => {
      const { effects, conflicts, moved } = paired(api, customer, link, debtor, 'merge');
      return told(customer.id, moved ? { tag: 'updated' } : { tag: 'ignored', val: 'echo' }, effects, conflicts);
    }, failed(customer.id));
  }
  const waiting = waitingFor(api, debtor);
  if (waiting.length === 0) return ignored(undefined, 'no-tagged-customer');
  if (waiting.length > 1) return failed(undefined)(several(api, 'number'));
  const [customer] = waiting;
  return attempt(() => {
    const { effects, conflicts } = paired(api, customer, undefined, debtor, 'adopt', 'accounting');
    return told(customer.id, { tag: 'linked' }, effects, conflicts);
  }, failed(customer.id));
}

function waitingFor(api, debtor) {
  const waits = (customer) => api.isTagged(customer) && byCustomer(customer.id) === undefined;
  const by = (text, find) => (String(text ?? '').trim() === '' ? [] : find(String(text)).filter(waits));
  const numbered = by(debtor.number, byNumber);
  if (numbered.length > 0) return numbered;
  const registered = by(debtor.vat_number, byCvr);
  if (registered.length > 0) return registered;
  // An address that several share says nothing.
  const sharing = by(debtor.mail, byEmail);
  return sharing.length === 1 ? sharing : [];
}

function webhook(context, request) {
  const api = open(context);
  if (!api.enabled) return ignored(undefined, 'not-enabled');
  const hint = parsed(new TextDecoder().decode(request.body));
  if (!Number.isSafeInteger(hint?.id) || !Number.isSafeInteger(hint.company) || typeof hint.table !== 'string') {
    throw api.fail('validation', 'call-not-understood', api.say('kaldet kommer ikke fra Toy Ledger', 'the call does not come from Toy Ledger'));
  }
  if (api.settings.company && String(hint.company) !== api.settings.company) return ignored(undefined, 'other-company');
  if (hint.table !== 'debtors') return ignored(undefined, 'other-table');
  return settled(api, hint.id, api.debtor(hint.id));
}

function catchUp(context, cursor) {
  const api = open(context);
  if (!api.enabled) return { results: [], examined: 0, cursor: cursor ?? '', more: false };
  const since = /^\d{1,15}$/.test(cursor ?? '') ? cursor : '0';
  const changed = api.items(`/debtors?since=${since}&limit=${PAGE}`);
  const results = [];
  for (const one of changed) {
    if (!Number.isSafeInteger(one?.id) || !Number.isSafeInteger(one.change)) throw api.senseless();
    const result = settled(api, one.id, one.deleted ? undefined : one);
    if (result.outcome.tag === 'failed' && CONCERNS_EVERYONE.has(result.outcome.val.kind)) throw result.outcome.val;
    if (result.outcome.tag !== 'ignored' || result.effects.length > 0) results.push(result);
  }
  const last = changed.at(-1)?.change ?? since;
  return { results, examined: changed.length, cursor: String(last), more: changed.length >= PAGE };
}

// --- Settings and health ---

const text = (da, en) => ({ da, en });
const setting = (key, kind, label, help, more = {}) =>
  ({ key, kind, label, help, required: key !== 'enabled', secret: false, choices: [], ...more });

function describe() {
  return {
    id: 'toy-ledger',
    name: 'Toy Ledger',
    version: '0.1.0',
    capabilities: ['customers', 'webhook', 'webhook-registration', 'catch-up'],
    settings: [
      setting('enabled', 'yes-no', text('Aktiveret', 'Enabled'), text('Slår integrationen til.', 'Switches the integration on.'), { defaultValue: 'false' }),
      setting('api-key', 'text', text('API nøgle', 'API key'), text('Findes under Opsætning > Nøgler.', 'Under Set-up > Keys.'), { secret: true }),
      setting('customer-tag', 'customer-tag', text('Kundetag', 'Customer tag'), text('Kun kunder med tagget bliver debitorer.', 'Only customers with the tag become debtors.')),
    ],
    hosts: [HOST],
    limits: PROPERTIES.map(([, property]) => ({ property, maxLength: MAX_TEXT })),
  };
}

function prove(context, catalogue) {
  const api = open(context);
  const out = {
    ready: true, findings: [], webhook: { tag: 'not-needed' }, choices: [], remember: [],
    fieldMatches: catalogue.customerFields.map(({ name }) => ({ field: name, kind: 'none', properties: [] })),
  };
  if (!api.enabled) return out;
  const wrong = (subject, message) =>
    out.findings.push({ severity: 'error', code: 'toy-ledger.setting-wrong', message, steps: [], subject });
  const hasTag = catalogue.customerTags.some((one) => one.trim().toLowerCase() === api.tag.toLowerCase());
  if (!hasTag) wrong('customer-tag', api.say('der er intet sådant kundetag i FlexyBox', 'there is no such customer tag in FlexyBox'));
  if (!api.settings['api-key']) {
    wrong('api-key', api.say('API nøglen mangler', 'the API key is missing'));
  } else {
    attempt(() => {
      const company = api.ask('get', '/company');
      if (!Number.isSafeInteger(company?.number)) throw api.senseless();
      out.remember.push({ key: 'company', value: String(company.number) });
    }, (error) => {
      if (error.kind !== 'auth') throw error;
      wrong('api-key', error.message);
    });
  }
  out.ready = out.findings.length === 0;
  if (out.ready && context.webhookLink !== undefined) {
    if (api.ask('get', '/link')?.url === context.webhookLink) {
      out.webhook = { tag: 'present' };
    } else {
      api.ask('put', '/link', { url: context.webhookLink });
      out.webhook = { tag: 'registered' };
    }
  }
  return out;
}

function check(context) {
  const api = open(context);
  const findings = [];
  const find = (severity, code, message) => findings.push({ severity, code: `toy-ledger.${code}`, message, steps: [] });
  let link;
  if (!api.enabled) {
    find('warning', 'not-enabled', api.say('integrationen er slået fra', 'the integration is switched off'));
  } else {
    attempt(() => {
      const registered = context.webhookLink !== undefined && api.ask('get', '/link')?.url === context.webhookLink;
      link = { registered, hasErrors: false, errorMessage: '', lastEvent: '' };
      if (!registered && context.webhookLink !== undefined) {
        find('error', 'link-missing', api.say("ændrings-URL'en er ikke indtastet; tryk OK på indstillingssiden",
          'the link is not entered; press OK on the settings page'));
      }
    }, (error) => {
      if (error.kind !== 'auth') throw error;
      find('error', 'key-not-accepted', error.message);
    });
  }
  return { healthy: findings.every(({ severity }) => severity !== 'error'), findings, webhook: link, days: [] };
}

export const configure = { describe, configure: prove };
export const onCustomerChanged = { onCustomerChanged: customersChanged };
export const onWebhook = { onWebhook: webhook };
export const upkeep = { check, catchUp };
export const onDayClosed = {
  onDayClosed(context) {
    const { fail, say } = open(context);
    throw fail('unsupported', 'no-bookkeeping', say('Toy Ledger-forbindelsen bogfører ikke', 'the Toy Ledger connector does no bookkeeping'));
  },
};
