// A readout at the step under the pointer, in all charts of the run at once; arrow keys move it too.
for (const section of document.querySelectorAll("section")) {
  const charts = [...section.querySelectorAll("svg.chart")].map((svg) => {
    const numbers = (name, separator) => svg.dataset[name].split(separator).map(Number);
    const [left, right] = numbers("x", " ");
    const [low, high, bottom, top] = numbers("y", " ");
    const output = svg.closest("figure").querySelector("output");
    return { svg, output, rest: output.textContent, steps: numbers("steps", ","), values: numbers("values", ","),
      left, right, low, high, bottom, top };
  });
  const nearest = (steps, step) =>
    steps.reduce((best, value, i) => (Math.abs(value - step) < Math.abs(steps[best] - step) ? i : best), 0);
  const show = (step) => {
    for (const chart of charts) {
      const { svg, steps, values, left, right, low, high, bottom, top } = chart;
      const i = nearest(steps, step);
      const span = steps[steps.length - 1] - steps[0];
      const x = span > 0 ? left + ((steps[i] - steps[0]) / span) * (right - left) : left;
      const y = bottom - ((values[i] - low) / (high - low)) * (bottom - top);
      svg.querySelector(".cursor").setAttribute("transform", `translate(${x} 0)`);
      const mark = svg.querySelector(".mark");
      mark.setAttribute("cx", x);
      mark.setAttribute("cy", y);
      svg.classList.add("reading");
      chart.output.textContent = `step ${Math.round(steps[i])}: ${values[i]}`;
      chart.output.classList.add("live");
    }
  };
  const hide = () => {
    for (const { svg, output, rest } of charts) {
      svg.classList.remove("reading");
      output.textContent = rest;
      output.classList.remove("live");
    }
  };
  for (const { svg, steps, left, right } of charts) {
    let at = steps.length - 1;
    const under = (event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
      const part = Math.min(1, Math.max(0, (x - left) / Math.max(right - left, 1)));
      at = nearest(steps, steps[0] + part * (steps[steps.length - 1] - steps[0]));
      show(steps[at]);
    };
    svg.addEventListener("pointermove", under);
    svg.addEventListener("pointerdown", under);
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!move) return;
      event.preventDefault();
      at = Math.min(steps.length - 1, Math.max(0, at + move));
      show(steps[at]);
    });
  }
}
