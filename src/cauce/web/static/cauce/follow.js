// A form whose answer follows it: beside each number a slider, and no button to press. Without this the button does it.
"use strict";

const asking = document.querySelector("form[data-follow]");
let running = null;
let waiting = 0;

function show(page) {
  const open = new Set([...document.querySelectorAll("[data-answer] details[open]")].map((each) => each.dataset.key));
  document.querySelectorAll("[data-answer]").forEach((old) => {
    const fresh = page.querySelector(`[data-answer="${old.dataset.answer}"]`);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  });
  document.querySelectorAll("[data-answer] details").forEach((each) => { each.open = open.has(each.dataset.key); });
}

function ask() {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(asking)) if (value) given.set(name, value);
  const address = `${location.pathname}?${given}`;
  running?.abort();
  running = new XMLHttpRequest();
  running.open("GET", address);
  running.responseType = "document";
  running.addEventListener("load", () => {
    if (!running.response?.querySelector("[data-answer]")) return;
    show(running.response);
    history.replaceState(null, "", address);
  });
  running.send();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 120);
}

asking?.querySelectorAll("input[data-today]").forEach((number) => {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = number.min || 0;
  slider.step = number.step;
  slider.max = Math.max(2 * number.dataset.today, number.dataset.most / 2.5);
  slider.value = number.value || number.dataset.today;
  slider.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(number.id)}"]`).textContent);
  slider.addEventListener("input", () => { number.value = slider.value === number.dataset.today ? "" : slider.value; });
  number.addEventListener("input", () => { slider.value = number.value || number.dataset.today; });
  number.after(slider);
});
asking?.addEventListener("input", soon);
