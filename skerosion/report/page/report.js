// Sorts tables, shows one candidate at a time and reads points and cells to keys; the page is whole without it.
function sortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const value = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = parseFloat(text.replace(/,/g, ""));
    return Number.isNaN(number) ? text : number;
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent || "name";
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) => {
        const [one, other] = [value(a, column), value(b, column)];
        const order = typeof one === typeof other ? (one > other) - (one < other) : typeof one === "string" ? 1 : -1;
        return up ? order : -order;
      });
      body.append(...rows);
    });
  });
}

// Candidates of a task: blocks about the others are hidden on the screen, rows that name the chosen one are marked.
function choosable(task) {
  const blocks = [...document.querySelectorAll(`[data-task="${task}"][data-candidate]`)];
  const names = [...new Set(blocks.map((each) => each.dataset.candidate))];
  if (names.length < 2) return;
  const choices = [];
  const choose = (name) => {
    choices.forEach((each) => { each.value = name; });
    blocks.forEach((each) => each.classList.toggle("unchosen", name !== "" && each.dataset.candidate !== name));
    for (const each of document.querySelectorAll("tbody th, .points .name")) {
      const full = each.closest("figure").dataset.task === task ? `${task}, ${each.textContent}` : each.textContent;
      if (full.startsWith(`${task}, `)) each.parentElement.classList.toggle("chosen", full === `${task}, ${name}`);
    }
  };
  for (const section of new Set(blocks.map((each) => each.closest("section")))) {
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.append(...names.map((name) => new Option(name, name)), new Option("all", ""));
    select.addEventListener("change", () => choose(select.value));
    label.className = "choice";
    label.append(`Show the ${task} `, select);
    section.querySelector(`[data-task="${task}"]`).before(label);
    choices.push(select);
  }
  choose(names[0]);
}

// What the mouse finds on points and cells, arrow keys and a touch find in a line below the figure.
function readable(figure) {
  const points = [...figure.querySelectorAll("[title]")];
  if (!points.length) return;
  const line = document.createElement("output");
  const holder = figure.querySelector("[role=group]");
  let at = -1;
  const read = (to) => {
    points[at]?.classList.remove("read");
    at = (to + points.length) % points.length;
    points[at].classList.add("read");
    line.textContent = points[at].title;
  };
  holder.tabIndex = 0;
  holder.after(line);
  holder.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    read(at < 0 && step < 0 ? -1 : at + step);
  });
  points.forEach((each, place) => each.addEventListener("click", () => read(place)));
}

document.querySelectorAll("table").forEach(sortable);
new Set([...document.querySelectorAll("[data-candidate]")].map((each) => each.dataset.task)).forEach(choosable);
document.querySelectorAll("figure").forEach(readable);
