using System.Reflection;
using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

public sealed class HostingLogTests
{
    [Fact]
    public void LogMethods_EachHaveAnIdOfHostingAndItsName()
    {
        var ids = typeof(PgOAuthEventIds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(static field => field.Name, static field => (int)field.GetRawConstantValue()!);
        var messages = typeof(HostingLog).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToDictionary(static message => message.EventName!, static message => message.EventId);

        Assert.Equal(ids.Where(static id => id.Value >= 10_000).OrderBy(static id => id.Value), messages.OrderBy(static id => id.Value));
    }
}
