using PgOAuth.Options;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Testing;

/// <summary>The transport that tests run on: <c>PGOAUTH_TEST_TRANSPORT</c> says <c>loop</c> or <c>socket</c>; otherwise the platform's.</summary>
public static class TestTransport
{
    private static readonly Lazy<ITransport> SharedTransport = new(static () => TransportFactory.Create(
        new TransportOptions { Kind = Kind, Loops = 2 },
        static error => Environment.FailFast("A defect reached an event loop.", error)));

    /// <summary>The transport that was asked for.</summary>
    public static TransportKind Kind { get; } =
        Enum.TryParse<TransportKind>(Environment.GetEnvironmentVariable("PGOAUTH_TEST_TRANSPORT"), ignoreCase: true, out var kind) ? kind : TransportKind.Auto;

    /// <summary>Loops for tests that need no proxy.</summary>
    internal static ITransport Shared => SharedTransport.Value;

    /// <summary>Dials on <see cref="Shared"/>.</summary>
    internal static TransportDialer Dialer => new(Shared, TimeProvider.System);
}
