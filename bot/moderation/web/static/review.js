// What the page does on top of its forms, which work without it: keys, the preview while typing,
// and no form sent twice by a double click.
"use strict";
(() => {
  const keysButton = document.getElementById("keys");
  const list = document.querySelector("[data-list]");
  let keys = true;
  try { keys = localStorage.getItem("keys") !== "off"; } catch { /* a browser that keeps nothing */ }

  const showKeys = () => {
    const help = document.getElementById("keyhelp");
    if (help) help.hidden = !keys;
    if (!keysButton) return;
    keysButton.hidden = false;
    keysButton.textContent = keys ? keysButton.dataset.on : keysButton.dataset.off;
    keysButton.setAttribute("aria-pressed", String(keys));
  };
  if (keysButton) {
    keysButton.addEventListener("click", () => {
      keys = !keys;
      try { localStorage.setItem("keys", keys ? "on" : "off"); } catch { /* likewise */ }
      showKeys();
    });
  }
  showKeys();

  const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    if (rows[at]) rows[at].removeAttribute("data-at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].setAttribute("data-at", "");
    rows[at].scrollIntoView({ block: "nearest" });
    const link = rows[at].querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
  };
  // Whoever moves by Tab is at the row that has the focus.
  rows.forEach((row, place) => row.addEventListener("focusin", () => {
    if (rows[at]) rows[at].removeAttribute("data-at");
    at = place;
    row.setAttribute("data-at", "");
  }));

  const typing = (target) => target instanceof Element
    && (target.closest("textarea, select, [contenteditable]")
      || (target.matches("input") && !["checkbox", "radio"].includes(target.type)));

  document.addEventListener("keydown", (event) => {
    if (!keys || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const box = rows[at] && rows[at].querySelector("input[type=checkbox]");
    switch (event.key) {
      case "j": go(at + 1); break;
      case "k": go(at < 0 ? 0 : at - 1); break;
      case "x": if (box) box.checked = !box.checked; else return; break;
      case "a": {
        const link = rows[at] && rows[at].querySelector("[data-open]");
        const first = document.querySelector("[data-first]");
        if (link) location.href = link.href + "#write";
        else if (first) first.focus();
        else return;
        break;
      }
      case "i": {
        const one = document.querySelector("[data-ignore]");
        const several = document.getElementById("ignore");
        if (several) {
          if (box && !list.querySelector("input[type=checkbox]:checked")) box.checked = true;
          if (!list.querySelector("input[type=checkbox]:checked")) return;
          several.click();
        } else if (one) one.click();
        else return;
        break;
      }
      default: return;
    }
    event.preventDefault();
  });
  // No element has this id: a browser that finds one takes the focus away again.
  if (location.hash === "#write") {
    const first = document.querySelector("[data-first]");
    if (first) first.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    // Learning may take some seconds: the button says that it is under way.
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  // Whoever comes back by the browser's own button finds the forms as they were.
  addEventListener("pageshow", () => {
    for (const sent of document.querySelectorAll("form[data-sent]")) delete sent.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  });

  const form = document.querySelector("[data-preview]");
  const shown = document.getElementById("preview");
  if (form && shown) {
    let waiting = 0;
    let asked = 0;
    const show = async () => {
      const number = ++asked;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (/^(csrf|posting|matter|text\.)/.test(name)) body.append(name, value);
      }
      try {
        const answer = await fetch(form.dataset.preview, { method: "POST", body });
        // Made by our own server from text: nothing in it is anybody's markup.
        if (answer.ok && number === asked) shown.innerHTML = await answer.text();
      } catch { /* the button shows it as well */ }
    };
    form.addEventListener("input", (event) => {
      if (!event.target.name || !event.target.name.startsWith("text.")) return;
      clearTimeout(waiting);
      waiting = setTimeout(show, 250);
    });
  }
})();
