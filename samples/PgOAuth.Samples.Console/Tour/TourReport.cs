namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>Tells the tour; in colour on a terminal only.</summary>
internal sealed class TourReport(TextWriter output, bool colour)
{
    private const string Green = "\e[32m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    private int _steps;
    private int _failures;

    public bool AllAsExpected => _steps > 0 && _failures == 0;

    public void Fact(string name, string value)
    {
        output.WriteLine($"  {name,-8} {value}");
    }

    public void Step(TourStep step, SqlAnswer answer)
    {
        _steps++;
        output.WriteLine();
        output.WriteLine($"{_steps,2}. {step.Title}");
        Indented("> ", step.Shown);
        Indented("  ", answer.Text);
        if (step.IsAsExpected(answer))
        {
            output.WriteLine("    " + Mark(Green, $"✔ {step.Outcome}, as it should be"));
            return;
        }

        _failures++;
        var expected = step.Succeeds ? "to succeed with: " : "to be refused with: ";
        output.WriteLine("    " + Mark(Red, "✘ expected " + expected + step.Expected));
    }

    public void End()
    {
        output.WriteLine();
        output.WriteLine(AllAsExpected
            ? Mark(Green, $"✔ All {_steps} steps happened as they should.")
            : Mark(Red, $"✘ {_failures} of {_steps} steps did not happen as they should; they are marked above."));
    }

    private void Indented(string prefix, string? text)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            output.WriteLine("    " + prefix + line.TrimEnd());
        }
    }

    private string Mark(string paint, string text)
    {
        return colour ? paint + text + Reset : text;
    }
}
