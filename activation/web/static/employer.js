/* The supervisor's page where scripts run. A press is one request that brings back the cards it changed; one made without
   a network is kept on the phone (by link) and sent when there is one. Without this file everything works, page by page. */
(() => {
  const live = document.getElementById('m'), words = live.dataset, key = 'q' + location.pathname;
  let kept = {}, sending = false, later;
  try { kept = JSON.parse(localStorage.getItem(key)) || {}; } catch { /* nothing is stored there */ }

  const keep = () => {
    try {
      if (Object.keys(kept).length) localStorage.setItem(key, JSON.stringify(kept));
      else localStorage.removeItem(key);
    } catch { /* then it is kept as long as the page is open */ }
  };

  const note = (tone, text, of) => {
    const p = document.createElement('p');
    p.className = of;
    p.dataset.tone = tone;
    p.textContent = text;
    return p;
  };

  const steppers = () => {
    for (const input of document.querySelectorAll('.hours > input:only-of-type:last-child')) {
      for (const [sign, step, name] of [['−', -0.5, words.less], ['+', 0.5, words.more]]) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = sign;
        button.setAttribute('aria-label', name + input.previousElementSibling.lastChild.textContent);
        button.onclick = () => {
          const now = parseFloat(input.value.replace(',', '.')) || 0;
          input.value = String(Math.min(24, Math.max(0, now + step))).replace('.', ',');
        };
        if (step < 0) input.before(button); else input.after(button);
      }
    }
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const said = page.querySelector('.message');
    for (const card of page.querySelectorAll('article, .all')) {
      const old = document.getElementById(card.id);
      const inside = old && old.contains(document.activeElement);
      if (old) old.replaceWith(card);
      if (inside) (card.querySelector('[aria-invalid], button') || live).focus();
    }
    if (!said) return location.reload();
    live.replaceChildren(said);
    steppers();
  };

  const waiting = () => {
    for (const id in kept) {
      const card = document.getElementById(id);
      if (!card) continue;
      card.removeAttribute('aria-busy');
      card.querySelectorAll('.waits').forEach((old) => old.remove());
      card.prepend(note('warning', words.wait + ': ' + kept[id].says, 'state waits'));
    }
  };

  const send = async (id) => {
    const press = kept[id];
    const answer = await fetch(press.to, {
      method: 'POST', body: new URLSearchParams(press.body), headers: { 'X-Part': '1' },
    });
    if (answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
    if (answer.redirected) return location.reload();
    const html = await answer.text();
    if (kept[id] !== press) return;
    delete kept[id];
    keep();
    if (answer.ok || answer.status === 409 || answer.status === 422) return show(html);
    const card = document.getElementById(id);
    if (card) card.prepend(note('warning', words.lost, 'state'));
    live.replaceChildren(note('warning', words.lost, 'message'));
  };

  const flush = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(later);
    try {
      for (let id; (id = Object.keys(kept)[0]);) await send(id);
    } catch {
      waiting();
      live.replaceChildren(note('warning', words.kept, 'message'));
      later = setTimeout(flush, 15000);
    }
    sending = false;
  };

  document.addEventListener('submit', (event) => {
    const form = event.target, card = form.closest('article, .all'), button = event.submitter;
    if (!card || !button) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    if (button.name) body.append(button.name, button.value);
    card.setAttribute('aria-busy', 'true');
    kept[card.id] = { to: form.getAttribute('action'), body: String(body), says: button.firstChild.textContent };
    keep();
    flush();
  });
  addEventListener('online', flush);
  steppers();
  waiting();
  flush();
})();
