using PgOAuth.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class StatementDenialTextTests
{
    [Fact]
    public void EveryDenial_HasATextOfItsOwn()
    {
        var fallback = StatementDenialText.Of((StatementDenial)int.MaxValue);
        var texts = new HashSet<string>();
        foreach (var denial in Enum.GetValues<StatementDenial>())
        {
            var text = StatementDenialText.Of(denial);
            Assert.Equal(5, text.SqlState.Length);
            Assert.NotEmpty(text.Message);
            Assert.NotEmpty(text.Hint);
            Assert.True(texts.Add(text.Message), $"{denial} shares its message");
            Assert.True(denial is StatementDenial.Unspecified || text != fallback, $"{denial} is not mapped");
        }
    }
}
