/* The assessment where scripts run: what is typed is saved a moment later, and kept in this browser until the server has
   said yes (docs/assessments.md). Without this file the buttons Save do it. */
(() => {
  const form = document.querySelector('form[data-autosave]');
  if (!form) return;
  const words = form.dataset, state = document.getElementById('save-state');
  const PREFIX = 'assessment:', HOURS = 8, WAIT = 1000, AGAIN = 10000, LEAVING = 60000;
  const mine = `${PREFIX}${words.assessment}:${words.staff}:`;
  // A name of this opened page: the server knows by it which words are written on.
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');
  let turn = 0, timer, sending = null, stopped = false, tokenAt = 0, csrf = form.elements.csrf_token.value;

  // What is kept is sealed with a key that only this person's pages hold: others use the same computer. A page that did
  // not come over https has no way to seal: then words are kept as long as the page is open.
  const subtle = crypto.subtle, bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
  const hex = (of) => [...new Uint8Array(of)].map((b) => b.toString(16).padStart(2, '0')).join('');
  const key = subtle && subtle.importKey('raw', bytes(words.key), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const seal = async (kept) => {
    const iv = crypto.getRandomValues(new Uint8Array(12)), text = new TextEncoder().encode(JSON.stringify(kept));
    return JSON.stringify({ at: kept.at, iv: hex(iv), sealed: hex(await subtle.encrypt({ name: 'AES-GCM', iv }, await key, text)) });
  };
  const unseal = async (kept) => {
    const text = await subtle.decrypt({ name: 'AES-GCM', iv: bytes(kept.iv) }, await key, bytes(kept.sealed));
    return JSON.parse(new TextDecoder().decode(text));
  };
  const latest = new Map();  // place → how many times something was kept or dropped there: an earlier seal comes too late
  const stored = {
    async all() {
      const found = [];
      try {
        for (const place of Object.keys(localStorage)) {
          if (!place.startsWith(PREFIX)) continue;
          let kept = null;
          try { kept = JSON.parse(localStorage.getItem(place)); } catch { /* not ours to read */ }
          if (!kept || !kept.sealed || Date.now() - kept.at > HOURS * 3600000) localStorage.removeItem(place);
          else if (place.startsWith(mine)) {
            try { found.push([place, await unseal(kept)]); } catch { localStorage.removeItem(place); /* of another key */ }
          }
        }
      } catch { /* nothing is stored there */ }
      return found;
    },
    async keep(place, kept) {
      const number = (latest.get(place) || 0) + 1;
      latest.set(place, number);
      try {
        const sealed = await seal(kept);
        if (latest.get(place) === number) localStorage.setItem(place, sealed);
      } catch { /* then as long as the page is open */ }
    },
    drop(place) {
      latest.set(place, (latest.get(place) || 0) + 1);
      try { localStorage.removeItem(place); } catch { /* nothing was */ }
    },
  };

  const say = (text, href, link) => {
    if (!href && state.textContent === text) return;
    state.replaceChildren(text);
    if (!href) return;
    const a = document.createElement('a');
    Object.assign(a, { href, textContent: link, target: '_blank', rel: 'noopener' });
    state.append(' ', a);
  };

  const questions = new Map();
  const read = (q) => {
    const boxes = [...q.box.querySelectorAll('[name^="text-"]:not([name^="text-skip-"]), [name^="choice-"]')];
    const values = boxes.filter((b) => !['radio', 'checkbox'].includes(b.type) || b.checked).map((b) => b.value);
    const skip = q.box.querySelector('[name^="text-skip-"]');
    return { values: values.filter((v) => v !== ''), skip: skip ? skip.value : '' };
  };
  const write = (q, kept) => {
    for (const b of q.box.querySelectorAll('[name^="text-"], [name^="choice-"]')) {
      if (b.name.startsWith('text-skip-')) b.value = kept.skip;
      else if (['radio', 'checkbox'].includes(b.type)) b.checked = kept.values.includes(b.value) || (b.value === '' && !kept.values.length);
      else b.value = kept.values[0] || '';
    }
    const details = q.box.querySelector('details');
    if (details && kept.skip) details.open = true;
  };
  for (const box of form.querySelectorAll('[data-question]')) {
    const key = box.dataset.question;
    const q = { key, box, seen: box.querySelector('[name^="seen-"]'), error: document.getElementById('e-' + key), place: `${mine}${key}:${page}` };
    q.clean = words.unsaved ? null : JSON.stringify(read(q));
    questions.set(key, q);
  }
  const isDirty = (q) => JSON.stringify(read(q)) !== q.clean;
  const dirty = () => [...questions.values()].filter((q) => isDirty(q) && q.refused !== JSON.stringify(read(q)));

  const keep = (q) => {
    if (isDirty(q)) stored.keep(q.place, { ...read(q), seen: q.seen.value, at: Date.now(), where: location.pathname, section: words.section });
    else stored.drop(q.place);
  };

  const complain = (q, text) => {
    q.error.textContent = text;
    q.error.hidden = !text;
  };
  const beside = (q, ...parts) => q.box.querySelector('.from-script').replaceChildren(...parts);

  const tookIn = (q, snapshot, answer) => {
    if (answer.state === 'refused') {
      q.refused = snapshot;
      return complain(q, answer.text);
    }
    complain(q, '');
    q.refused = undefined;
    q.clean = snapshot;
    if (answer.state === 'saved') {
      q.seen.value = answer.seen;
      if (!q.from) beside(q);
    } else if (answer.state === 'aside') {
      const p = document.createElement('p'), a = document.createElement('a');
      p.className = 'ds-alert notice';
      p.dataset.color = 'warning';
      Object.assign(a, { href: answer.href, textContent: answer.link });
      p.append(answer.text, ' ', a);
      beside(q, p);
    }
    if (q.from) { stored.drop(q.from); q.from = undefined; }
    keep(q);
  };

  const post = (list) => {
    const body = JSON.stringify({
      page: `${page}.${++turn}`, staff: Number(words.staff),
      answers: list.map((q) => ({ question: q.key, ...read(q), seen: q.seen.value })),
    });
    return fetch(words.autosave, {
      method: 'POST', body, redirect: 'manual', keepalive: new Blob([body]).size < LEAVING,
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf },
    });
  };

  const signedOut = () => {
    say(words.signedOut, words.signIn, words.signInText);
    later(AGAIN);
  };

  const newToken = async () => {
    const answer = await fetch(words.token, { redirect: 'manual' });
    if (!answer.ok) return signedOut();
    const who = await answer.json();
    if (who.staff !== Number(words.staff)) return say(words.somebodyElse);
    if (Date.now() - tokenAt < AGAIN) { stopped = true; return say(words.gone); }
    tokenAt = Date.now();
    csrf = who.token;
    for (const field of document.querySelectorAll('[name="csrf_token"]')) field.value = csrf;
    later(0);
  };

  const told = async (answer, list, snapshots) => {
    if (answer.status === 401 || answer.type === 'opaqueredirect') return signedOut();
    if (answer.status === 400) return newToken();
    if (answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
    const is = answer.headers.get('Content-Type') || '';
    const said = is.includes('json') ? await answer.json() : {};
    if (!answer.ok) {
      // 403 may be another person in this browser for a while: theirs is not the hand that typed this.
      if (answer.status === 403) say(words.somebodyElse);
      else { stopped = true; say(said.text || words.gone); }
      return;
    }
    list.forEach((q, i) => { if (said.answers[q.key]) tookIn(q, snapshots[i], said.answers[q.key]); });
    const refused = [...questions.values()].some((q) => isDirty(q) && q.refused);
    say(refused ? words.refused : `${words.saved} ${said.at}`);
    if (dirty().length) later(WAIT);
  };

  const send = async () => {
    clearTimeout(timer);
    const list = dirty();
    if (sending || stopped || !list.length) return sending;
    const snapshots = list.map((q) => JSON.stringify(read(q)));
    sending = post(list).then((answer) => told(answer, list, snapshots)).catch(() => {
      say(words.offline);
      later(AGAIN);
    });
    await sending;
    sending = null;
    if (dirty().some((q) => !list.includes(q))) later(WAIT);
  };

  function later(after) {
    clearTimeout(timer);
    timer = setTimeout(send, after);
  }

  const touched = (event) => {
    const box = event.target.closest && event.target.closest('[data-question]');
    if (!box) return;
    const q = questions.get(box.dataset.question);
    complain(q, '');
    q.refused = undefined;
    keep(q);
    if (isDirty(q)) later(event.type === 'change' && ['radio', 'checkbox'].includes(event.target.type) ? 200 : WAIT);
  };
  form.addEventListener('input', touched);
  form.addEventListener('change', touched);

  form.addEventListener('submit', (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      return say(words.offline);
    }
    clearTimeout(timer);
    form.elements.page.value = `${page}.${++turn}`;
  });
  document.addEventListener('submit', async (event) => {
    if (!/\/sign-out$/.test(event.target.getAttribute('action') || '') || !dirty().length) return;
    event.preventDefault();
    await Promise.race([send(), new Promise((done) => setTimeout(done, 3000))]);
    event.target.submit();
  });

  // Leaving: what is on its way may be lost, so everything unsaved goes once more. The server keeps the order by turn.
  const leaving = () => {
    const list = dirty();
    const snapshots = list.map((q) => JSON.stringify(read(q)));
    if (!stopped && list.length) post(list).then((answer) => told(answer, list, snapshots)).catch(() => {});
  };
  addEventListener('pagehide', leaving);
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? leaving() : later(0)));
  addEventListener('online', () => later(0));
  addEventListener('focus', () => later(0));

  const button = (text, press) => {
    const b = document.createElement('button');
    Object.assign(b, { type: 'button', className: 'ds-button', textContent: text, onclick: press });
    b.dataset.variant = 'secondary';
    b.dataset.size = 'sm';
    return b;
  };
  const offer = (q, key, kept) => {
    const p = document.createElement('div'), text = document.createElement('p'), said = document.createElement('p');
    p.className = 'ds-alert notice kept';
    p.dataset.color = 'info';
    text.textContent = words.kept;
    said.className = 'letter-body';
    const labels = kept.values.map((v) => {
      const input = [...q.box.querySelectorAll('[name^="choice-"]')].find((b) => b.value === v);
      return input ? input.labels[0].textContent : v;
    });
    said.textContent = [...labels, kept.skip].filter(Boolean).join('\n') || '–';
    const buttons = document.createElement('div');
    buttons.className = 'cluster';
    buttons.append(button(words.putBack, () => {
      write(q, kept);
      q.seen.value = kept.seen;
      q.from = key;
      p.remove();
      keep(q);
      send();
    }), button(words.throwAway, () => { stored.drop(key); p.remove(); }));
    p.append(text, said, buttons);
    q.box.querySelector('.from-script').append(p);
  };
  stored.all().then((all) => {
    const elsewhere = new Map();
    for (const [place, kept] of all) {
      const q = questions.get(place.slice(mine.length).split(':')[0]);
      if (!q) { if (kept.where !== location.pathname) elsewhere.set(kept.where, kept.section); }
      else if (place === q.place) continue;
      else if (JSON.stringify({ values: kept.values, skip: kept.skip }) === q.clean) stored.drop(place);
      else offer(q, place, kept);
    }
    if (!elsewhere.size) return;
    const p = document.createElement('p');
    p.className = 'ds-alert notice';
    p.dataset.color = 'info';
    p.append(words.keptElsewhere);
    for (const [where, section] of elsewhere) {
      const a = document.createElement('a');
      Object.assign(a, { href: where, textContent: section });
      p.append(' ', a);
    }
    document.getElementById('kept-elsewhere').append(p);
  });
})();
