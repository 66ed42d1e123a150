using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Terminal.Serving;
using PgOAuth.Samples.Terminal.Tour;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary><c>tour</c>: everything by itself, checked; exit code 0 only when every step happened as it should.</summary>
internal static class TourCommand
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var command = new Command("tour", "Start everything, connect as three people, show what is allowed and what is refused, and check it.");
        command.SetAction((_, stopping) => RunAsync(stopping));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken stopping)
    {
        var settings = new ProxySettings(new ServeSettings { Listen = "127.0.0.1:0", Gate = GateMode.Enforce }, file: null);
        await using var environment = await ServeEnvironment.StartAsync(settings.Needs, new DevelopmentIssuerOptions(), Progress.Report, stopping);
        await using var proxy = await ProxyHost.StartAsync(settings, environment, LogLevel.None, stopping);
        var client = await SqlClients.FindAsync(stopping);

        var colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var report = new TourReport(Console.Out, colour);
        report.Fact("server", environment.Database!.Description);
        report.Fact("issuer", environment.Issuer!.Issuer);
        report.Fact("proxy", $"{proxy.EndPoint}, TLS");
        report.Fact("client", client.Description);
        foreach (var step in new TourSteps(client, environment, (IPEndPoint)proxy.EndPoint).All())
        {
            report.Step(step, await ActAsync(step, stopping));
        }

        report.End();
        return report.AllAsExpected ? 0 : 1;
    }

    private static async Task<SqlAnswer> ActAsync(TourStep step, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(StepTimeout);
        try
        {
            return await step.Act(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return new SqlAnswer(false, $"nothing happened for {StepTimeout.TotalSeconds} seconds");
        }
        catch (Exception failed) when (!stopping.IsCancellationRequested)
        {
            // One step that fails in an unforeseen way is told like any other, and the tour goes on.
            return new SqlAnswer(false, $"{failed.GetType().Name}: {failed.Message}");
        }
    }
}
