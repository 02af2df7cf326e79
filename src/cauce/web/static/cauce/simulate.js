// Beside each number a slider; the answer follows it. Without this the button does the same.
"use strict";

const asking = document.querySelector("form[data-simulate]");
let running = null;
let waiting = 0;

function ask() {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(asking)) if (value) given.set(name, value);
  const address = `${location.pathname}?${given}`;
  running?.abort();
  running = new XMLHttpRequest();
  running.open("GET", address);
  running.responseType = "document";
  running.addEventListener("load", () => {
    const answer = running.response?.getElementById("answer");
    if (!answer) return;
    const open = [...document.querySelectorAll("#answer details")].map((each) => each.open);
    document.getElementById("answer").replaceWith(document.adoptNode(answer));
    document.querySelectorAll("#answer details").forEach((each, at) => { each.open = Boolean(open[at]); });
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
  slider.addEventListener("input", () => {
    number.value = slider.value === number.dataset.today ? "" : slider.value;
    soon();
  });
  number.addEventListener("input", () => {
    slider.value = number.value || number.dataset.today;
    soon();
  });
  number.after(slider);
});
asking?.addEventListener("change", soon);
