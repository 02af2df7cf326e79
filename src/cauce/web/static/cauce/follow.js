// A form whose answer follows it: beside each number a slider, and no button to press. Without this the button does it.
"use strict";

const asking = document.querySelector("form[data-follow]");
let running = null;
let waiting = 0;

function show(page) {
  const open = new Set([...document.querySelectorAll("[data-answer] details[open]")].map((each) => each.dataset.key));
  document.querySelectorAll("[data-answer]").forEach((old) => {
    const fresh = page.querySelector(`[data-answer="${old.dataset.answer}"]`);
    if (fresh) old.replaceChildren(...document.adoptNode(fresh).childNodes); // the place itself stays: it is read aloud
  });
  document.querySelectorAll("[data-answer] details").forEach((each) => { each.open = open.has(each.dataset.key); });
}

// What is wrong is told at its field, too; the field itself stays, and what is being typed in it.
function mark(page) {
  asking.querySelectorAll(".field").forEach((field) => {
    const name = field.querySelector("[name]").name;
    const fresh = page.querySelector(`form[data-follow] [name="${CSS.escape(name)}"]`)?.closest(".field");
    const wrong = fresh?.querySelector(".errorlist");
    field.classList.toggle("wrong", Boolean(wrong));
    field.querySelector("[name]").setAttribute("aria-invalid", Boolean(wrong));
    field.querySelector(".errorlist")?.remove();
    if (wrong) { field.append(document.adoptNode(wrong)); field.closest("details")?.setAttribute("open", ""); }
  });
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
    mark(running.response);
    show(running.response);
    history.replaceState(null, "", address);
  });
  running.send();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 120);
}

// As people write numbers: 2643, 2.643, 2,643 or 2 643; 7.5 or 7,5.
const read = (text) => Number(text.replace(/\s/g, "").replace(/[.,](?=\d{3}(\D|$))/g, "").replace(",", "."));

asking?.querySelectorAll("input[data-today]").forEach((number) => {
  const slider = document.createElement("input");
  const place = () => { slider.value = number.value ? read(number.value) : number.dataset.today; };
  slider.type = "range";
  slider.min = number.dataset.least;
  slider.step = number.dataset.step;
  slider.max = Math.max(2 * number.dataset.today, number.dataset.most / 2.5);
  place();
  slider.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(number.id)}"]`).textContent);
  slider.addEventListener("input", () => { number.value = slider.value === number.dataset.today ? "" : slider.value; });
  number.addEventListener("input", place);
  number.after(slider);
});
asking?.addEventListener("input", soon);
