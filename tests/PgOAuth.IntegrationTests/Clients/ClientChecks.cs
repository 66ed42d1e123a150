using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Every check of a script with every server version.</summary>
internal static class ClientChecks
{
    public static TheoryData<int, string> Of(params ReadOnlySpan<string> checks)
    {
        var data = new TheoryData<int, string>();
        foreach (var check in checks)
        {
            data.Add(15, check);
            data.Add(18, check);
        }

        return data;
    }
}
