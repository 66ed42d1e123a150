using System.CommandLine;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary><c>serve</c>: starts what is missing and the proxy, and stays until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create(ServeOptions options)
    {
        var command = new Command("serve", "Start the proxy, and what it needs unless given: PostgreSQL, a token issuer, a certificate.");
        options.AddTo(command);
        command.SetAction((parsed, stopping) => RunAsync(options.Read(parsed), stopping));
        return command;
    }

    public static async Task<int> RunAsync(ServeSettings said, CancellationToken stopping)
    {
        var settings = new ProxySettings(said, said.Config is { } path ? ConfigurationFile.Read(path) : null);
        await CheckAsync(said.Upstream);
        await using var environment = await ServeEnvironment.StartAsync(settings.Needs, settings.IssuerOptions, Progress.Report, stopping);
        await CheckAsync(environment.Database?.Service);
        await using var proxy = await ProxyHost.StartAsync(settings, environment, said.Log, stopping);
        var endPoint = proxy.EndPoint;
        var database = (said.Upstream ?? environment.Database?.Service)?.Database;
        await Console.Out.WriteLineAsync(new Invitation(environment, proxy.Options, endPoint, database).ToString());
        await Console.Out.WriteLineAsync($"ready {endPoint}");
        await proxy.RunAsync(stopping);
        return 0;

        Task CheckAsync(UpstreamAddress? upstream) =>
            upstream is null ? Task.CompletedTask : UpstreamCheck.RunAsync(upstream, settings.Maps.Select(static map => map.Role), stopping);
    }
}
